import { deriveKey } from '../crypto/digest.ts'
import { PrivateKey, SEED_BYTES } from '../crypto/ed25519.ts'
import type { Random } from '../crypto/random.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'

/** 160 bits: nobody guesses them, so that no slow derivation has to make up for a short secret. */
const SECRET_BYTES = 20
const GROUPS = 8
/** Four characters of the secret and one that checks them. */
const GROUP_LENGTH = 5
const PURPOSE = 'peerage/recovery-key/v1'

/** Crockford's base32: no letter that is read as another one. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** What people write instead. */
const READ_AS: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' }

/** A code for people, and the key that it is. */
export interface RecoveryCode {
  /** Eight groups of five characters with hyphens between them. */
  readonly text: string
  readonly key: PrivateKey
}

export function createRecoveryCode(random: Random): RecoveryCode {
  const secret = random.bytes(SECRET_BYTES)
  const values = toFives(secret)
  const groups = Array.from({ length: GROUPS }, (_, group) => {
    const data = values.slice(group * (GROUP_LENGTH - 1), (group + 1) * (GROUP_LENGTH - 1))
    return [...data, checkOf(group, data)].map((value) => ALPHABET[value]).join('')
  })
  return { text: groups.join('-'), key: keyOf(secret) }
}

/**
 * Reads a code that somebody typed, in any case, O for 0, I and L for 1, hyphens and white space
 * anywhere between groups, or nowhere. Each group is checked by itself and knows its place: one
 * wrong character, two exchanged ones and two exchanged groups are always found and named.
 *
 * Fault: `RECOVERY_CODE_MALFORMED`; its detail has numbers of groups, never what was typed.
 */
export function readRecoveryCode(text: string): Verdict<PrivateKey, 'RECOVERY_CODE_MALFORMED'> {
  const words = text.split(/[\s-]+/).filter((word) => word !== '')
  const groups = words.length === 1 ? (words[0]?.match(/.{1,5}/gu) ?? []) : words
  if (groups.length !== GROUPS) {
    return malformed(`there are ${groups.length} groups of five characters, not ${GROUPS}`)
  }
  const read = groups.map(readGroup)
  const wrong = read.flatMap((values, group) => (values === undefined ? [group + 1] : []))
  if (wrong.length > 0) return malformed(`mistyped: group ${wrong.join(', group ')}`)
  const secret = fromFives(read.flatMap((values) => values ?? []))
  return accept(keyOf(secret))
}

function malformed(reason: string) {
  return refuse('RECOVERY_CODE_MALFORMED', { reason })
}

/** The values of the secret in a group, or `undefined` when its check is not right. */
function readGroup(text: string, group: number): readonly number[] | undefined {
  const letters = [...text.toUpperCase()].map((letter) => READ_AS[letter] ?? letter)
  const values = letters.map((letter) => ALPHABET.indexOf(letter))
  if (values.length !== GROUP_LENGTH || values.includes(-1)) return undefined
  const data = values.slice(0, -1)
  return values.at(-1) === checkOf(group, data) ? data : undefined
}

/**
 * A weighted sum in the field of 32 elements. Every place has a weight of its own, the check has
 * weight 1: so a change of one value, or an exchange of two different ones, changes the sum.
 */
function checkOf(group: number, data: readonly number[]): number {
  return data.reduce((sum, value, place) => sum ^ times(value, 2 << place), group)
}

/** Multiplication of polynomials over two elements, modulo x^5 + x^2 + 1. */
function times(a: number, b: number): number {
  let product = 0
  for (let bit = 4; bit >= 0; bit--) {
    product <<= 1
    if (product & 0b100000) product ^= 0b100101
    if (b & (1 << bit)) product ^= a
  }
  return product
}

/** Five bits at a time, the first bit first. */
function toFives(bytes: Uint8Array): number[] {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map((five) => Number.parseInt(five, 2))
}

function fromFives(values: readonly number[]): Uint8Array {
  const bits = values.map((value) => value.toString(2).padStart(5, '0')).join('')
  return Uint8Array.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
}

function keyOf(secret: Uint8Array): PrivateKey {
  return PrivateKey.fromSeed(deriveKey(secret, PURPOSE, SEED_BYTES))
}
