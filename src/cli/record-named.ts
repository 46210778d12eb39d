import type { Input } from './input.ts'

/** Kind, name and, where it was given, owner, as the methods take them. */
export function recordNamed(input: Input): { kind: string; name: string; owner?: string } {
  const owner = input.text('owner')
  const named = { kind: input.argument('kind'), name: input.argument('name') }
  return { ...named, ...(owner === undefined ? {} : { owner }) }
}
