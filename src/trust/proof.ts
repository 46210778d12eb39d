import * as z from 'zod'
import type { PublicKey } from '../crypto/ed25519.ts'
import { parseText, toBase64url } from '../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NetworkId, networkIdOf, networkIdSchema } from '../identity/network-id.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import { type Ack, openAck } from './ack.ts'
import { AuthorityKeys } from './authority-keys.ts'
import { parseCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import { parseEntry, type SignedEntry } from './entry.ts'
import { verifyConsistency, verifyInclusion } from './merkle.ts'
import type { TrustLog } from './trust-log.ts'
import { UndoLog } from './undo.ts'

const binary = (bytesMax: number) => z.string().max(Math.ceil((bytesMax * 4) / 3))
const hashes = z.array(binary(32)).max(LIMITS.proofHashesMax)

const placedSchema = z.strictObject({
  entry: binary(LIMITS.trustEntryBytesMax),
  /** RFC 9162 §2.1.3, to the checkpoint. */
  inclusion: hashes
})

/**
 * Everything a stranger needs to convince himself of one entry: he knows the id of the network and
 * nothing else. All bytes are base64url.
 */
export const trustProofSchema = z.strictObject({
  format: z.literal('peerage-trust-proof/1'),
  network: networkIdSchema,
  checkpoint: binary(LIMITS.checkpointBytesMax),
  /** Genesis, and every entry up to the checkpoint that is about authority keys, in order. */
  keys: z.array(placedSchema).min(1).max(LIMITS.proofKeysMax),
  /** What is proved. */
  proved: placedSchema,
  /** Who says to have applied it: the acknowledgment, and the enrollment of its signer. */
  acks: z
    .array(
      z.strictObject({
        ack: binary(LIMITS.ackBytesMax),
        /** RFC 9162 §2.1.4, from the size of the acknowledgment to the checkpoint. */
        consistency: hashes,
        enrollment: placedSchema
      })
    )
    .max(LIMITS.proofAcksMax)
})

export type TrustProof = z.infer<typeof trustProofSchema>

/** What a proof shows. */
export interface Proved {
  readonly entry: SignedEntry
  readonly checkpoint: SignedCheckpoint
  readonly networkName: string
  /** The key that was in charge at the checkpoint. */
  readonly authority: PublicKey
  readonly applied: readonly {
    readonly nodeId: NodeId
    readonly member: string
    readonly node: string
    readonly time: UnixMillis
  }[]
}

/** Puts the proof of one entry together. Throws `TRUST_ENTRY_NOT_FOUND`, `STORAGE_DAMAGED`. */
export function createTrustProof(log: TrustLog, index: number, acks: readonly Ack[]): TrustProof {
  const head = log.head()
  const { size } = head.checkpoint
  const place = (at: number) => ({
    entry: toBase64url(log.entry(at).bytes),
    inclusion: log.inclusionProof(at, size).map(toBase64url)
  })
  const proved = place(index)
  const applied = acks.flatMap((ack) => {
    const enrolled = log.state.node(ack.nodeId)
    if (enrolled === undefined || ack.size <= index || ack.size > size) return []
    const consistency = log.consistencyProof(ack.size, size).map(toBase64url)
    return [{ ack: toBase64url(ack.bytes), consistency, enrollment: place(enrolled.index) }]
  })
  return {
    format: 'peerage-trust-proof/1',
    network: log.network,
    checkpoint: toBase64url(head.bytes),
    keys: keyEntries(log).map(place),
    proved,
    acks: applied.slice(0, LIMITS.proofAcksMax)
  }
}

/** Places of all entries about keys, also those whose effect a later one has replaced. */
export function keyEntries(log: TrustLog): readonly number[] {
  if (log.state.keyHistory().every((key) => key.index === 0)) return [0]
  const found: number[] = []
  for (let index = 0; index < log.head().checkpoint.size; index++) {
    const { type } = log.entry(index).entry
    if (type === 'genesis' || type === 'authority-key' || type === 'recovered') found.push(index)
  }
  return found
}

/**
 * Checks a proof with nothing but the id of the network, which is the hash of its genesis entry and
 * so names the first authority key. Without a node, a home, or a clock.
 *
 * It shows that the authority has signed the entry into its log. It cannot show that no later entry
 * undoes it, nor that the key was not replaced after the checkpoint.
 *
 * Faults: `MESSAGE_MALFORMED`, `WRONG_NETWORK`, `SIGNATURE_INVALID`, `CHECKPOINT_MALFORMED`,
 * `TRUST_SIGNER_NOT_ENTITLED`, `TRUST_PROOF_INVALID`.
 */
export function verifyTrustProof(value: unknown, network: NetworkId): Verdict<Proved> {
  const parsed = trustProofSchema.safeParse(value)
  if (!parsed.success) {
    return refuse('MESSAGE_MALFORMED', { path: parsed.error.issues[0]?.path.join('.') ?? '' })
  }
  const proof = parsed.data
  if (proof.network !== network) return refuse('WRONG_NETWORK')
  const checkpoint = parseCheckpoint(bytesOf(proof.checkpoint))
  if (!checkpoint.ok) return checkpoint
  if (checkpoint.value.checkpoint.network !== network) return refuse('WRONG_NETWORK')
  const placed = createPlacement(checkpoint.value)
  const keys = verifyKeys(proof, placed, network)
  if (!keys.ok) return keys
  const { name, history } = keys.value
  const authority = history.keyAt(checkpoint.value.checkpoint.size)
  if (!authority.equals(checkpoint.value.signer)) return refuse('TRUST_SIGNER_NOT_ENTITLED')
  const entry = placed(proof.proved)
  if (!entry.ok) return entry
  if (!history.isEntitled(entry.value)) return refuse('TRUST_SIGNER_NOT_ENTITLED')
  const applied = verifyAcks(proof, { checkpoint: checkpoint.value, placed, entry: entry.value })
  if (!applied.ok) return applied
  return accept({
    ...{ entry: entry.value, checkpoint: checkpoint.value, networkName: name, authority },
    applied: applied.value
  })
}

type Placed = z.infer<typeof placedSchema>
type Placement = (placed: Placed) => Verdict<SignedEntry>

/** Entries that are signed and stand where they say in the log under the checkpoint. */
function createPlacement({ checkpoint }: SignedCheckpoint): Placement {
  return ({ entry, inclusion }) => {
    const signed = parseEntry(bytesOf(entry))
    if (!signed.ok) return signed
    const { index } = signed.value.entry
    const { size, root } = checkpoint
    const proof = inclusion.map(bytesOf)
    const isIn = verifyInclusion({ leaf: signed.value.hash, index, size, root, proof })
    return isIn ? signed : refuse('TRUST_PROOF_INVALID', { index })
  }
}

interface KeyHistory {
  /** The active key before the entry at `index`. */
  keyAt(index: number): PublicKey
  isEntitled(entry: SignedEntry): boolean
}

function verifyKeys(
  proof: TrustProof,
  placed: Placement,
  network: NetworkId
): Verdict<{ readonly name: string; readonly history: KeyHistory }> {
  const keys = new AuthorityKeys(new UndoLog())
  const active: { readonly from: number; readonly key: PublicKey }[] = []
  let name = ''
  for (const [i, each] of proof.keys.entries()) {
    const signed = placed(each)
    if (!signed.ok) return signed
    const { entry, signer, hash } = signed.value
    if (i === 0) {
      if (entry.type !== 'genesis' || networkIdOf(hash) !== network) return refuse('WRONG_NETWORK')
      name = entry.name
      keys.create(entry)
    } else {
      const isRecovery = entry.type === 'recovered'
      const isEntitled = isRecovery ? keys.recovery?.equals(signer) : keys.isActive(signer)
      if (isEntitled !== true) return refuse('TRUST_SIGNER_NOT_ENTITLED', { index: entry.index })
      if (isRecovery) keys.recover(entry)
      else if (entry.type === 'authority-key' && keys.brokenRule(entry) === undefined) {
        keys.step(entry)
      } else return refuse('TRUST_PROOF_INVALID', { index: entry.index })
    }
    const key = keys.active
    if (key === undefined) return refuse('TRUST_SIGNER_NOT_ENTITLED')
    active.push({ from: entry.index + 1, key })
  }
  const keyAt = (index: number) => active.findLast(({ from }) => from <= index)?.key
  const first = active[0]?.key
  if (first === undefined) return refuse('TRUST_SIGNER_NOT_ENTITLED')
  return accept({
    name,
    history: {
      keyAt: (index) => keyAt(index) ?? first,
      // A recovery is signed by its own key, and is one of the key entries that were checked.
      isEntitled: ({ entry, signer }) =>
        entry.type === 'recovered' || (keyAt(entry.index) ?? first).equals(signer)
    }
  })
}

function verifyAcks(
  proof: TrustProof,
  about: {
    readonly checkpoint: SignedCheckpoint
    readonly placed: Placement
    readonly entry: SignedEntry
  }
): Verdict<Proved['applied']> {
  const { size: to, root: toRoot } = about.checkpoint.checkpoint
  const applied: Proved['applied'][number][] = []
  for (const { ack: bytes, consistency, enrollment } of proof.acks) {
    const ack = openAck(bytesOf(bytes), proof.network)
    if (!ack.ok) return ack
    const { nodeId, size: from, root: fromRoot, time } = ack.value
    const hashes = consistency.map(bytesOf)
    const isPrefix = verifyConsistency({ from, to, fromRoot, toRoot, proof: hashes })
    if (!isPrefix || from <= about.entry.entry.index) return refuse('TRUST_PROOF_INVALID')
    const enrolled = about.placed(enrollment)
    if (!enrolled.ok) return enrolled
    const { entry } = enrolled.value
    if (entry.type !== 'node-enrolled' || entry.nodeId !== nodeId) {
      return refuse('TRUST_PROOF_INVALID')
    }
    applied.push({ nodeId, member: entry.member, node: entry.node, time })
  }
  return accept(applied)
}

/** What is no base64url is empty, and then refused for what it should have been. */
function bytesOf(text: string): Uint8Array {
  const parsed = parseText(text, 'base64url')
  return parsed.ok ? parsed.value : new Uint8Array()
}
