import { concatBytes, equalBytes, utf8 } from '../encoding/bytes.ts'
import { decodeVarint, encodeVarint } from '../encoding/varint.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import type { Domain } from './domains.ts'
import { type PrivateKey, PUBLIC_KEY_BYTES, PublicKey, SIGNATURE_BYTES } from './ed25519.ts'

/**
 * The libp2p signed envelope (libp2p RFC 0002): protobuf fields 1 public key, 2 payload type,
 * 3 payload, 5 signature, here in exactly one encoding: these four fields in this order, minimal
 * lengths, Ed25519 only. The payload type is the path form of the domain.
 */
export interface Envelope {
  readonly signer: PublicKey
  readonly payload: Uint8Array
}

/** Protobuf `PublicKey { Type: Ed25519, Data: 32 bytes }` as libp2p encodes it. */
const LIBP2P_KEY_PREFIX = Uint8Array.of(8, 1, 0x12, 0x20)
const FIELD_TAGS = [0x0a, 0x12, 0x1a, 0x2a] as const

/** Signs `payload` for one domain. The bytes returned are the format: they are stored and sent. */
export function sealEnvelope(domain: Domain, payload: Uint8Array, key: PrivateKey): Uint8Array {
  const type = framingOf(domain).type
  const signature = key.sign(signedBytes(domain, payload))
  const publicKey = concatBytes([LIBP2P_KEY_PREFIX, key.publicKey.bytes])
  const fields = [publicKey, type, payload, signature]
  return concatBytes(
    fields.flatMap((field, i) => [
      Uint8Array.of(FIELD_TAGS[i] ?? 0),
      encodeVarint(field.length),
      field
    ])
  )
}

/** What {@link verifyAhead} has found good: these very arrays, which nobody writes to. */
const verified = new WeakMap<Uint8Array, Domain>()

/**
 * Verifies many envelopes on the threads of the pool, so that {@link openEnvelope} of these very
 * arrays need not. One that is not good is left for it to refuse.
 */
export async function verifyAhead(domain: Domain, envelopes: readonly Uint8Array[]): Promise<void> {
  await Promise.all(
    envelopes.map(async (bytes) => {
      const parsed = parseEnvelope(domain, bytes)
      if (!parsed.ok) return
      const { signer, payload, signature } = parsed.value
      const isGood = await signer.verifyAside(signedBytes(domain, payload), signature)
      if (isGood) verified.set(bytes, domain)
    })
  )
}

/**
 * Opens an envelope made for `domain`; it cannot be opened without naming one. The caller has
 * bounded the size. Proves who signed, not whether the signer was entitled.
 *
 * Faults: `MESSAGE_MALFORMED` (not this encoding, other key type, other payload type),
 * `SIGNATURE_INVALID`.
 */
export function openEnvelope(
  domain: Domain,
  bytes: Uint8Array
): Verdict<Envelope, 'MESSAGE_MALFORMED' | 'SIGNATURE_INVALID'> {
  const parsed = parseEnvelope(domain, bytes)
  if (!parsed.ok) return parsed
  const { signer, payload, signature } = parsed.value
  const isGood = verified.get(bytes) === domain
  return isGood || signer.verify(signedBytes(domain, payload), signature)
    ? accept({ signer, payload })
    : refuse('SIGNATURE_INVALID')
}

export interface UnverifiedEnvelope extends Envelope {
  readonly signature: Uint8Array
}

/**
 * Reads an envelope without checking its signature: only for bytes that something else vouches
 * for, such as a hash that is covered by a verified signature. Fault: `MESSAGE_MALFORMED`.
 */
export function parseEnvelope(
  domain: Domain,
  bytes: Uint8Array
): Verdict<UnverifiedEnvelope, 'MESSAGE_MALFORMED'> {
  const fields = parseFields(bytes)
  if (fields === undefined) return refuse('MESSAGE_MALFORMED')
  const [publicKey, type, payload, signature] = fields
  if (
    publicKey.length !== LIBP2P_KEY_PREFIX.length + PUBLIC_KEY_BYTES ||
    !equalBytes(publicKey.subarray(0, LIBP2P_KEY_PREFIX.length), LIBP2P_KEY_PREFIX) ||
    !equalBytes(type, framingOf(domain).type) ||
    signature.length !== SIGNATURE_BYTES
  ) {
    return refuse('MESSAGE_MALFORMED')
  }
  const signer = new PublicKey(publicKey.slice(LIBP2P_KEY_PREFIX.length))
  return accept({ signer, payload, signature })
}

type Fields = readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array]

function parseFields(bytes: Uint8Array): Fields | undefined {
  const fields: Uint8Array[] = []
  let offset = 0
  for (const tag of FIELD_TAGS) {
    if (bytes[offset] !== tag) return undefined
    const length = decodeVarint(bytes, offset + 1)
    if (typeof length === 'string') return undefined
    const start = offset + 1 + length.length
    offset = start + length.value
    if (offset > bytes.length) return undefined
    fields.push(bytes.subarray(start, offset))
  }
  return offset === bytes.length ? (fields as unknown as Fields) : undefined
}

interface Framing {
  /** The payload type. */
  readonly type: Uint8Array
  /** What is signed before the payload and its length. */
  readonly head: Uint8Array
}

/** The same for every envelope of a domain, and there are few domains. */
const framings = new Map<Domain, Framing>()

function framingOf(domain: Domain): Framing {
  const known = framings.get(domain)
  if (known !== undefined) return known
  const type = utf8(`/${domain}`)
  const head = concatBytes(
    [utf8(domain), type].flatMap((part) => [encodeVarint(part.length), part])
  )
  const framing = { type, head }
  framings.set(domain, framing)
  return framing
}

/** Length-prefixed, so that no byte can move between domain, type and payload (RFC 0002). */
function signedBytes(domain: Domain, payload: Uint8Array): Uint8Array {
  return concatBytes([framingOf(domain).head, encodeVarint(payload.length), payload])
}
