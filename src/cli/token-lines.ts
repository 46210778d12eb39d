import type { Paint } from './output.ts'

/** What a token is, and the token itself where it was not written to a file. */
export function tokenLines(paint: Paint, token: string | undefined): string[] {
  const what = token === undefined ? 'The file holds' : 'This is'
  return [
    `  ${what} a secret: whoever has it and reaches a socket may do what it allows.`,
    ...(token === undefined ? [] : ['', paint('strong', token), ''])
  ]
}
