import type { Input } from './input.ts'

/** The parameters of a page, where `--limit` and `--cursor` were given. */
export function pageOf(input: Input): { limit?: number; cursor?: string } {
  const limit = input.integer('limit')
  const cursor = input.text('cursor')
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(cursor === undefined ? {} : { cursor })
  }
}
