import { fromUtf8 } from '../encoding/bytes.ts'

/** One element of DER (ITU-T X.690 §10). */
export interface Der {
  readonly tag: number
  /** The whole element: tag, length and content. */
  readonly bytes: Uint8Array
  readonly content: Uint8Array
  /** Elements inside a constructed element; empty for a primitive one. */
  readonly children: readonly Der[]
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31
} as const

const CONSTRUCTED = 0x20
const CONTEXT_CLASS = 0x80
const CLASS_MASK = 0xc0
const NUMBER_MASK = 0x1f
/** A certificate nests seven levels; the bound keeps hostile nesting off the stack. */
const DEPTH_MAX = 16

/**
 * Reads exactly one element with nothing after it, or `undefined` when the bytes are not DER or
 * use a type that the certificate profile has no place for. The caller has bounded the size.
 *
 * Refused: indefinite and non-minimal lengths, multi-byte tags, application and private classes,
 * constructed strings, and values of known types that have a second spelling (padded integers and
 * object identifiers, booleans other than 00 and FF, non-zero unused bits, malformed UTF-8).
 */
export function parseDer(bytes: Uint8Array): Der | undefined {
  const element = readElement(bytes, 0, DEPTH_MAX)
  return element?.bytes.length === bytes.length ? element : undefined
}

/** The elements of a SEQUENCE, or `undefined` for anything else. */
export function sequence(element: Der | undefined): readonly Der[] | undefined {
  return element?.tag === TAG.sequence ? element.children : undefined
}

function readElement(input: Uint8Array, start: number, depth: number): Der | undefined {
  const tag = input[start]
  const length = readLength(input, start + 1)
  if (tag === undefined || length === undefined || depth === 0) return undefined
  const end = length.end + length.value
  if (end > input.length) return undefined
  const content = input.subarray(length.end, end)
  const children = (tag & CONSTRUCTED) === 0 ? [] : readChildren(content, depth - 1)
  if (children === undefined || !isAllowed(tag, content)) return undefined
  return { tag, bytes: input.subarray(start, end), content, children }
}

function readChildren(content: Uint8Array, depth: number): Der[] | undefined {
  const children: Der[] = []
  let offset = 0
  while (offset < content.length) {
    const child = readElement(content, offset, depth)
    if (child === undefined) return undefined
    children.push(child)
    offset += child.bytes.length
  }
  return children
}

/** Short form below 128, else one or two length bytes: no certificate needs more. */
function readLength(input: Uint8Array, at: number): { value: number; end: number } | undefined {
  const [first, second, third] = input.subarray(at, at + 3)
  if (first === undefined) return undefined
  if (first < 0x80) return { value: first, end: at + 1 }
  if (second === undefined) return undefined
  if (first === 0x81) return second < 0x80 ? undefined : { value: second, end: at + 2 }
  if (first !== 0x82 || third === undefined || second === 0) return undefined
  return { value: second * 256 + third, end: at + 3 }
}

function isAllowed(tag: number, content: Uint8Array): boolean {
  const tagClass = tag & CLASS_MASK
  if (tagClass === CONTEXT_CLASS) return (tag & NUMBER_MASK) !== NUMBER_MASK
  switch (tag) {
    case TAG.boolean:
      return content.length === 1 && (content[0] === 0 || content[0] === 0xff)
    case TAG.integer:
      return isMinimalInteger(content)
    case TAG.bitString:
      return isBitString(content)
    case TAG.oid:
      return isObjectIdentifier(content)
    case TAG.utf8String:
      return fromUtf8(content) !== undefined
    case TAG.octetString:
    case TAG.utcTime:
    case TAG.generalizedTime:
    case TAG.sequence:
    case TAG.set:
      return true
    default:
      return false
  }
}

function isMinimalInteger(content: Uint8Array): boolean {
  const [first, second] = content
  if (first === undefined) return false
  if (second === undefined) return true
  const isPadded = (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)
  return !isPadded
}

function isBitString(content: Uint8Array): boolean {
  const unused = content[0]
  if (unused === undefined || unused > 7 || (unused > 0 && content.length === 1)) return false
  const last = content[content.length - 1] ?? 0
  return (last & ((1 << unused) - 1)) === 0
}

function isObjectIdentifier(content: Uint8Array): boolean {
  let isStart = true
  for (const byte of content) {
    if (isStart && byte === 0x80) return false
    isStart = byte < 0x80
  }
  return content.length > 0 && isStart
}
