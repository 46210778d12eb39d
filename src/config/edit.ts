import { parse, stringify, TomlError } from 'smol-toml'

/**
 * The text of a configuration file with one setting changed and everything else, comments
 * included, as it was. The comment that shows the default gives way; where there is none, the
 * setting comes last.
 */
export function withSetting(text: string, name: string, value: unknown): string {
  const line = stringify({ [name]: value }).trimEnd()
  const lines = text.split('\n')
  const at = lines.findIndex((candidate) => beginsWith(candidate, name))
  if (at !== -1) return lines.toSpliced(at, lengthOf(lines, at), line).join('\n')
  const comment = lines.findIndex((candidate) => beginsWith(candidate, `#${name}`))
  if (comment !== -1) return lines.with(comment, line).join('\n')
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${before}${line}\n`
}

/**
 * The text without a setting, which has its default again: `comment` takes its place, and says which
 * one. A text that does not give the setting stays as it is.
 */
export function withoutSetting(text: string, name: string, comment: string): string {
  const lines = text.split('\n')
  const at = lines.findIndex((candidate) => beginsWith(candidate, name))
  return at === -1 ? text : lines.toSpliced(at, lengthOf(lines, at), `#${comment}`).join('\n')
}

function beginsWith(line: string, key: string): boolean {
  return line.includes('=') && line.split('=')[0]?.trim() === key
}

/** How many lines a value takes: a list may go over several. */
function lengthOf(lines: readonly string[], at: number): number {
  for (let count = 1; at + count <= lines.length; count++) {
    if (isWhole(lines.slice(at, at + count).join('\n'))) return count
  }
  return 1
}

function isWhole(text: string): boolean {
  try {
    parse(text)
    return true
  } catch (error) {
    if (error instanceof TomlError) return false
    throw error
  }
}
