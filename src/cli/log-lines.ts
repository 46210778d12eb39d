import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { printable } from './output.ts'

const FILE = 'peerage.log'
const TAIL_BYTES = 256 * 1024

export function logPath(home: { readonly directory: string }): string {
  return join(home.directory, FILE)
}

/** The last lines of the log of a home, those of the earlier file included, oldest first. */
export function lastLines(path: string, count: number): readonly string[] {
  const lines = [`${path}.1`, path].flatMap((file) => {
    const part = readFrom(file, -TAIL_BYTES)
    return part === undefined ? [] : part.text.split('\n').filter((line) => line !== '')
  })
  return count === 0 ? [] : lines.slice(-count)
}

export interface LogPart {
  readonly text: string
  readonly end: number
  /** Another file under the same name is another log: it begins at 0. */
  readonly file: number
}

/** What a file has from a place on (below 0: from its end); `undefined` where there is none. */
export function readFrom(path: string, from: number): LogPart | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch {
    // Nothing was logged yet, or it is just being replaced.
    return undefined
  }
  try {
    const { size, ino: file } = fstatSync(descriptor)
    const begin = from < 0 ? Math.max(0, size + from) : Math.min(from, size)
    const bytes = new Uint8Array(Math.min(size - begin, TAIL_BYTES))
    const read = readSync(descriptor, bytes, 0, bytes.length, begin)
    const text = new TextDecoder().decode(bytes.subarray(0, read))
    return { text, end: begin + read, file }
  } finally {
    closeSync(descriptor)
  }
}

/** `2026-01-31T12:00:00.000Z info  peer.admitted nodeId=…`; what is no such line stays as it is. */
export function readableLine(line: string): string {
  const parsed = parse(line)
  if (parsed === undefined) return printable(line)
  const { time, level, event, ...fields } = parsed
  const at = typeof time === 'number' ? new Date(time).toISOString() : String(time)
  const facts = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`)
  return printable([at, String(level).padEnd(5), String(event), ...facts].join(' '))
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    // A line that a full disk has cut off.
    return undefined
  }
}
