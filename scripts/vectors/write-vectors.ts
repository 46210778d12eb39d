import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const DIRECTORY = join(import.meta.dirname, '../../test/vectors')

export function vectorsPath(name: string): string {
  return join(DIRECTORY, `${name}.json`)
}

/** The text of a file of test vectors. */
export function vectorsText(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`
}

/** Writes `test/vectors/<name>.json`; the same inputs always give the same bytes. */
export function writeVectors(name: string, content: unknown): void {
  writeFileSync(vectorsPath(name), vectorsText(content))
}
