import { DOMAINS } from '../../src/crypto/domains.ts'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { sealEnvelope } from '../../src/crypto/envelope.ts'
import { concatBytes, utf8 } from '../../src/encoding/bytes.ts'
import { encodeVarint } from '../../src/encoding/varint.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { seededRandom } from './seeded-random.ts'

const key = PrivateKey.generate(seededRandom('envelope'))
const other = PrivateKey.generate(seededRandom('other')).publicKey
const payload = utf8('payload')
const sealed = sealEnvelope(DOMAINS.record, payload, key)

const field = (tag: number, value: Uint8Array) =>
  concatBytes([Uint8Array.of(tag), encodeVarint(value.length), value])

interface Fields {
  readonly publicKey: Uint8Array
  readonly type: Uint8Array
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

const type = utf8(`/${DOMAINS.record}`)
const publicKey = concatBytes([Uint8Array.of(8, 1, 0x12, 0x20), key.publicKey.bytes])
const signedBytes = concatBytes(
  [utf8(DOMAINS.record), type, payload].flatMap((part) => [encodeVarint(part.length), part])
)
const fields: Fields = { publicKey, type, payload, signature: key.sign(signedBytes) }

/** An envelope written field by field, right or wrong. */
export function writeEnvelope(
  changes: Partial<Fields> = {},
  order: readonly number[] = [1, 2, 3, 5]
): Uint8Array {
  const all = { ...fields, ...changes }
  const byNumber = new Map([
    [1, field(0x0a, all.publicKey)],
    [2, field(0x12, all.type)],
    [3, field(0x1a, all.payload)],
    [5, field(0x2a, all.signature)]
  ])
  return concatBytes(order.map((number) => byNumber.get(number) ?? new Uint8Array()))
}

export const ENVELOPE = { domain: DOMAINS.record, key, type, payload, signedBytes, sealed } as const

export interface EnvelopeCase {
  readonly title: string
  readonly bytes: Uint8Array
  readonly fault: ErrorCode
}

const LIBP2P_KEY = Uint8Array.of(8, 1, 0x12, 0x20)

const forged: readonly EnvelopeCase[] = Object.entries({
  'another payload': { payload: utf8('Payload') },
  'no payload': { payload: new Uint8Array() },
  'another key': { publicKey: concatBytes([LIBP2P_KEY, other.bytes]) },
  'a key that is no point of the curve': {
    publicKey: concatBytes([LIBP2P_KEY, new Uint8Array(32).fill(0xff)])
  },
  'a signature of zeros': { signature: new Uint8Array(64) },
  'a signature of the payload alone': { signature: key.sign(payload) }
}).map(([title, changes]) => ({ title, bytes: writeEnvelope(changes), fault: 'SIGNATURE_INVALID' }))

const malformed: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array()],
  ['a byte behind it', concatBytes([sealed, Uint8Array.of(0)])],
  ['an unknown field behind it', concatBytes([sealed, field(0x32, payload)])],
  ['a repeated payload', writeEnvelope({}, [1, 2, 3, 3, 5])],
  ['a repeated signature', writeEnvelope({}, [1, 2, 3, 5, 5])],
  ['its fields in another order', writeEnvelope({}, [1, 3, 2, 5])],
  ['the signature first', writeEnvelope({}, [5, 1, 2, 3])],
  ['no signature', writeEnvelope({}, [1, 2, 3])],
  ['no payload type', writeEnvelope({}, [1, 3, 5])],
  ['a short signature', writeEnvelope({ signature: new Uint8Array(63) })],
  ['a long signature', writeEnvelope({ signature: new Uint8Array(65) })],
  [
    'an RSA key',
    writeEnvelope({ publicKey: concatBytes([Uint8Array.of(8, 0), publicKey.subarray(2)]) })
  ],
  [
    'a secp256k1 key',
    writeEnvelope({ publicKey: concatBytes([Uint8Array.of(8, 2), publicKey.subarray(2)]) })
  ],
  ['a short key', writeEnvelope({ publicKey: publicKey.subarray(0, -1) })],
  [
    'a key whose fields are in another order',
    writeEnvelope({ publicKey: concatBytes([publicKey.subarray(2), Uint8Array.of(8, 1)]) })
  ],
  [
    'a length in more bytes than needed',
    concatBytes([Uint8Array.of(0x0a, 0xa4, 0), sealed.subarray(2)])
  ],
  [
    'a length beyond the end',
    concatBytes([Uint8Array.of(0x0a, 0xff, 0xff, 3), sealed.subarray(2)])
  ],
  ['a payload type without its slash', writeEnvelope({ type: utf8(DOMAINS.record) })]
]

export const INVALID_ENVELOPES: readonly EnvelopeCase[] = [
  ...malformed.map(([title, bytes]) => ({ title, bytes, fault: 'MESSAGE_MALFORMED' as const })),
  ...forged
]
