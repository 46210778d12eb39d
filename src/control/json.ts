import { fromUtf8 } from '../encoding/bytes.ts'

export type JsonFault =
  | 'not-utf8'
  | 'not-json'
  | 'too-deep'
  | 'duplicate-member'
  | 'forbidden-member'
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: JsonFault }

/**
 * Parses JSON (RFC 8259) from untrusted bytes: well-formed UTF-8 only, nesting bounded by
 * `depthMax`, member names unique within an object, no member `__proto__`. Nesting is checked by a
 * linear scan before anything is built.
 */
export function parseJson(bytes: Uint8Array, depthMax: number): ParsedJson {
  const text = fromUtf8(bytes)
  if (text === undefined) return refuse('not-utf8')
  const colons = countColons(text, depthMax)
  if (colons === 'too-deep') return refuse('too-deep')
  const value = parse(text)
  if (value === undefined) return refuse('not-json')
  const members = countMembers(value)
  if (Number.isNaN(members)) return refuse('forbidden-member')
  // Every member was written with one colon, and of two with one name only the last was kept.
  return members === colons ? { ok: true, value } : refuse('duplicate-member')
}

function refuse(reason: JsonFault): ParsedJson {
  return { ok: false, reason }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // JSON.parse throws for nothing but malformed text; its message would echo content.
    return undefined
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const CLOSE_BRACE = 0x7d
const CLOSE_BRACKET = 0x5d

/** Colons outside of strings. Exact for valid JSON; `JSON.parse` refuses everything else. */
function countColons(text: string, depthMax: number): number | 'too-deep' {
  let colons = 0
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i)
        break
      case COLON:
        colons++
        break
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (depth === depthMax) return 'too-deep'
        depth++
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--
        break
    }
  }
  return colons
}

/** Index of the closing quote of the string that opens at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === QUOTE) return i
    if (unit === BACKSLASH) i++
  }
  return text.length
}

/** Members of all objects, NaN with one `__proto__`. The nesting that this follows is bounded. */
function countMembers(value: unknown): number {
  if (!isContainer(value)) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value) members += countMembers(item)
    return members
  }
  if (Object.hasOwn(value, '__proto__')) return Number.NaN
  for (const name of Object.keys(value)) members += 1 + countMembers(value[name])
  return members
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
