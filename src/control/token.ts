import * as z from 'zod'
import { equalSecrets, hmacSha256 } from '../crypto/digest.ts'
import { parseText, toBase64url, toHex, utf8 } from '../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesOf, bytesUpTo, unixMillis } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Access } from './access.ts'

export const TOKEN_PREFIX = 'peerage-token1:'
const DOMAIN = utf8('peerage/token/v1')
const ID_BYTES = 8
const MAC_BYTES = 32

/** A method by its name, or all of a noun: `record.get`, `record.*`. */
export const methodPattern = z
  .string()
  .max(LIMITS.rpcMethodLengthMax)
  .regex(/^[a-z]+\.(?:[a-z]+|\*)$/)

const caveatSchema = z.strictObject({
  /** Nothing but methods that read. */
  access: z.literal('observe').optional(),
  methods: z.array(methodPattern).min(1).max(LIMITS.tokenMethodsMax).optional(),
  notAfter: unixMillis.optional()
})

/** One restriction; what it does not mention it leaves as it is. */
export type Caveat = z.infer<typeof caveatSchema>

const tokenSchema = z.strictObject({
  version: z.literal(1),
  id: bytesOf(ID_BYTES),
  caveats: z.array(bytesUpTo(LIMITS.tokenCaveatBytesMax)).max(LIMITS.tokenCaveatsMax),
  mac: bytesOf(MAC_BYTES)
})

/**
 * Restrictions under a chain of HMACs, as in macaroons (Birgisson et al., NDSS 2014, §V): each
 * restriction is authenticated with the code of those before it, which it replaces. Whoever holds a
 * token can add to the chain without asking anybody, and nobody can take anything off it.
 */
export interface Token {
  readonly id: string
  readonly caveats: readonly Caveat[]
  readonly bytes: z.infer<typeof tokenSchema>
}

/** The first token of a chain, with one restriction. */
export function mintToken(id: Uint8Array, rootKey: Uint8Array, caveat: Caveat): string {
  const mac = hmacSha256(rootKey, DOMAIN, id)
  return extend({ version: 1, id, caveats: [], mac }, caveat)
}

/**
 * The token with one more restriction. Faults: those of {@link parseToken}, and
 * `INVALID_ARGUMENT` when there is no room for it.
 */
export function restrictToken(text: string, caveat: Caveat): Verdict<string> {
  const token = parseToken(text)
  if (!token.ok) return token
  if (token.value.caveats.length >= LIMITS.tokenCaveatsMax) {
    return refuse('INVALID_ARGUMENT', { caveatsMax: LIMITS.tokenCaveatsMax })
  }
  return accept(extend(token.value.bytes, caveat))
}

/** Reads a token without believing it. Fault: `TOKEN_INVALID`. */
export function parseToken(text: string): Verdict<Token, 'TOKEN_INVALID'> {
  if (text.length > LIMITS.tokenBytesMax || !text.startsWith(TOKEN_PREFIX)) {
    return refuse('TOKEN_INVALID')
  }
  const bytes = parseText(text.slice(TOKEN_PREFIX.length), 'base64url')
  if (!bytes.ok) return refuse('TOKEN_INVALID')
  const decoded = decodeCbor(bytes.value, tokenSchema, LIMITS.tokenBytesMax)
  if (!decoded.ok) return refuse('TOKEN_INVALID')
  const caveats: Caveat[] = []
  for (const caveat of decoded.value.caveats) {
    // A restriction that this version does not know cannot be kept to: the token is worth nothing.
    const parsed = decodeCbor(caveat, caveatSchema, LIMITS.tokenCaveatBytesMax)
    if (!parsed.ok) return refuse('TOKEN_INVALID')
    caveats.push(parsed.value)
  }
  return accept({ id: toHex(decoded.value.id), caveats, bytes: decoded.value })
}

/** Whether the chain begins at this root key and nothing in it was changed. */
export function isAuthentic({ bytes }: Token, rootKey: Uint8Array): boolean {
  let mac = hmacSha256(rootKey, DOMAIN, bytes.id)
  for (const caveat of bytes.caveats) mac = hmacSha256(mac, caveat)
  return equalSecrets(mac, bytes.mac)
}

/** Whether every restriction lets this call pass. Faults: `TOKEN_EXPIRED`, `TOKEN_FORBIDS`. */
export function judgeCall(
  caveats: readonly Caveat[],
  call: { readonly name: string; readonly access: Access; readonly now: UnixMillis }
): Verdict<void, 'TOKEN_EXPIRED' | 'TOKEN_FORBIDS'> {
  const [noun] = call.name.split('.')
  if (caveats.some(({ notAfter = Number.POSITIVE_INFINITY }) => call.now >= notAfter)) {
    return refuse('TOKEN_EXPIRED')
  }
  for (const { access, methods } of caveats) {
    const isListed =
      methods === undefined || methods.includes(call.name) || methods.includes(`${noun}.*`)
    // Whatever the token says: one that could make tokens could make a wider one.
    const isAllowed = isListed && noun !== 'token'
    if (!isAllowed || (access === 'observe' && call.access !== 'observe')) {
      return refuse('TOKEN_FORBIDS', { method: call.name })
    }
  }
  return accept(undefined)
}

function extend(token: Token['bytes'], caveat: Caveat): string {
  const bytes = encodeCbor(caveat)
  const caveats = [...token.caveats, bytes]
  const extended = { ...token, caveats, mac: hmacSha256(token.mac, bytes) }
  return TOKEN_PREFIX + toBase64url(encodeCbor(extended))
}
