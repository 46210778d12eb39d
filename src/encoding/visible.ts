/** C0 and C1 controls, and the marks that reorder or hide text (Unicode TR 9 and 36). */
const INVISIBLE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/** Text from elsewhere with everything that acts on a terminal made visible, but for `keep`. */
export function printable(text: string, keep = ''): string {
  return text.replace(INVISIBLE, (character) =>
    keep.includes(character) ? character : spell(character)
  )
}

/** The first character that nobody sees, but for `keep`, with its line from 1. */
export function findInvisible(
  text: string,
  keep: string
): { readonly line: number; readonly character: string } | undefined {
  for (const { 0: character, index } of text.matchAll(INVISIBLE)) {
    if (keep.includes(character)) continue
    const line = text.slice(0, index).split('\n').length
    return { line, character: spell(character) }
  }
  return undefined
}

function spell(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}
