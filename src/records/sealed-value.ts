import * as z from 'zod'
import { AEAD, decryptBytes, encryptBytes } from '../crypto/aead.ts'
import type { PrivateKey } from '../crypto/ed25519.ts'
import type { Random } from '../crypto/random.ts'
import { ENCAPSULATED_BYTES, openSecret, sealSecret } from '../crypto/sealing.ts'
import { concatBytes, equalBytes, utf8 } from '../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesUpTo } from '../encoding/schema.ts'
import { encodeVarint } from '../encoding/varint.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NodeId, nodeIdOf, publicKeyOf } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import { type Audience, audienceSchema } from './audience.ts'
import { nodePosition, type RecordKey } from './location.ts'
import { recordNameSchema } from './record-name.ts'

/** Where a sealed value belongs; it opens nowhere else. */
export interface SealedPlace extends RecordKey {
  readonly version: number
}

/** What the readers see. The name of the record says nothing to anybody else. */
export interface SealedContent {
  readonly name: string
  readonly value: Uint8Array
}

const DOMAIN = 'peerage/sealed-value/v1'
/** Tells a reader which of the keys is its own. */
const TAG_BYTES = 8
const WRAPPED_BYTES = AEAD.keyBytes + AEAD.tagBytes
const ENTRY_BYTES = TAG_BYTES + ENCAPSULATED_BYTES + WRAPPED_BYTES
/** A content key encrypts one value and is thrown away: its nonce never repeats. */
const NONCE = new Uint8Array(AEAD.nonceBytes)

const sealedSchema = z.strictObject({
  version: z.literal(1),
  readers: audienceSchema,
  /** One entry for each reader node: tag, encapsulated secret, wrapped content key. */
  keys: bytesUpTo(LIMITS.sealedReadersMax * ENTRY_BYTES).refine(
    ({ length }) => length > 0 && length % ENTRY_BYTES === 0
  ),
  body: bytesUpTo(LIMITS.recordBytesMax)
})
type Sealed = z.infer<typeof sealedSchema>

const contentSchema = z.strictObject({
  name: recordNameSchema,
  value: bytesUpTo(LIMITS.recordBytesMax)
})

/**
 * Encrypts a value once with a new key, and this key to every reader node with HPKE (RFC 9180).
 * Nodes to whose keys nothing can be sealed are left out.
 *
 * Fault: `RECORD_READERS_TOO_MANY`.
 */
export async function sealValue(
  content: SealedContent,
  place: SealedPlace,
  { readers, nodes, random }: { readers: Audience; nodes: readonly NodeId[]; random: Random }
): Promise<Verdict<Uint8Array, 'RECORD_READERS_TOO_MANY'>> {
  const nodesMax = LIMITS.sealedReadersMax
  if (nodes.length > nodesMax) {
    return refuse('RECORD_READERS_TOO_MANY', { nodes: nodes.length, nodesMax })
  }
  const contentKey = random.bytes(AEAD.keyBytes)
  const info = infoOf(place, readers)
  const entries = await Promise.all(
    nodes.map(async (nodeId) => {
      const sealed = await sealSecret(publicKeyOf(nodeId), contentKey, { info, aad: utf8(nodeId) })
      return sealed === undefined ? [] : [tagOf(nodeId), sealed.encapsulated, sealed.ciphertext]
    })
  )
  const keys = concatBytes(entries.flat())
  const plaintext = encodeCbor({ name: content.name, value: content.value })
  const body = encryptBytes(contentKey, NONCE, bodyContext(info, keys), plaintext)
  contentKey.fill(0)
  const sealed: Sealed = { version: 1, readers: [...readers], keys, body }
  return accept(encodeCbor(sealed))
}

/**
 * Opens a sealed value with the key of this node. Whatever of it was changed or moved to another
 * place, it stays closed.
 *
 * Faults: `RECORD_SEALED` with the readers (there is no key for this node), `RECORD_SEAL_BROKEN`.
 */
export async function openValue(
  bytes: Uint8Array,
  place: SealedPlace,
  key: PrivateKey
): Promise<
  Verdict<SealedContent & { readonly readers: Audience }, 'RECORD_SEALED' | 'RECORD_SEAL_BROKEN'>
> {
  const sealed = parseSealed(bytes)
  if (sealed === undefined) return refuse('RECORD_SEAL_BROKEN')
  const { readers, keys, body } = sealed
  const nodeId = nodeIdOf(key.publicKey)
  const entry = entriesOf(keys).find(({ tag }) => equalBytes(tag, tagOf(nodeId)))
  if (entry === undefined) return refuse('RECORD_SEALED', { readers: readers.join(' ') })
  const info = infoOf(place, readers)
  const contentKey = await openSecret(key, entry, { info, aad: utf8(nodeId) })
  if (contentKey?.length !== AEAD.keyBytes) return refuse('RECORD_SEAL_BROKEN')
  const plaintext = decryptBytes(contentKey, NONCE, bodyContext(info, keys), body)
  contentKey.fill(0)
  if (plaintext === undefined) return refuse('RECORD_SEAL_BROKEN')
  const content = decodeCbor(plaintext, contentSchema, LIMITS.recordBytesMax)
  return content.ok ? accept({ ...content.value, readers }) : refuse('RECORD_SEAL_BROKEN')
}

/** For whom a value says that it is sealed; `undefined` for what is no sealed value. */
export function readersOf(bytes: Uint8Array): Audience | undefined {
  return parseSealed(bytes)?.readers
}

/** Whether exactly these nodes can open it. */
export function isSealedTo(bytes: Uint8Array, nodes: readonly NodeId[]): boolean {
  const sealed = parseSealed(bytes)
  if (sealed === undefined) return false
  const entries = entriesOf(sealed.keys)
  return (
    entries.length === nodes.length &&
    nodes.every((nodeId) => entries.some(({ tag }) => equalBytes(tag, tagOf(nodeId))))
  )
}

function parseSealed(bytes: Uint8Array): Sealed | undefined {
  const decoded = decodeCbor(bytes, sealedSchema, LIMITS.recordBytesMax)
  return decoded.ok ? decoded.value : undefined
}

function entriesOf(keys: Uint8Array) {
  return Array.from({ length: keys.length / ENTRY_BYTES }, (_, i) => {
    const entry = keys.subarray(i * ENTRY_BYTES, (i + 1) * ENTRY_BYTES)
    return {
      tag: entry.subarray(0, TAG_BYTES),
      encapsulated: entry.subarray(TAG_BYTES, TAG_BYTES + ENCAPSULATED_BYTES),
      ciphertext: entry.subarray(TAG_BYTES + ENCAPSULATED_BYTES)
    }
  })
}

function tagOf(nodeId: NodeId): Uint8Array {
  return nodePosition(nodeId).subarray(0, TAG_BYTES)
}

/** Each part with its length before it, so that no byte can move from one to the next. */
function infoOf({ network, kind, owner, name, version }: SealedPlace, readers: Audience) {
  const parts = [DOMAIN, network, kind, owner, name, String(version), ...readers].map(utf8)
  return concatBytes(parts.flatMap((part) => [encodeVarint(part.length), part]))
}

/** The keys belong to the value: one that was exchanged closes it for everybody. */
function bodyContext(info: Uint8Array, keys: Uint8Array): Uint8Array {
  return concatBytes([encodeVarint(info.length), info, keys])
}
