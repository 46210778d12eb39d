import * as z from 'zod'
import type { PublicKey } from '../crypto/ed25519.ts'
import { equalBytes, parseText, toBase64url } from '../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesOf, bytesUpTo } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NetworkId, networkIdOf, networkIdSchema } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'
import { AuthorityKeys } from './authority-keys.ts'
import { parseCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import { parseEntry, type SignedEntry } from './entry.ts'
import { leafHash, prefixProof, rootOfPrefix } from './merkle.ts'
import { UndoLog } from './undo.ts'

const statement = bytesUpTo(LIMITS.trustEntryBytesMax)

const evidenceSchema = z.discriminatedUnion('about', [
  /** Two checkpoints of which the smaller is no prefix of the larger. */
  z.strictObject({
    version: z.literal(1),
    about: z.literal('checkpoints'),
    smaller: statement,
    larger: statement,
    /** Leads from the root of the larger to the root that its tree had at the smaller size. */
    prefix: z.array(bytesOf(32)).max(LIMITS.proofHashesMax)
  }),
  /** Two entries for one place of the log. */
  z.strictObject({
    version: z.literal(1),
    about: z.literal('entries'),
    first: statement,
    second: statement
  })
])

/** Two statements of one key that cannot both be true, exactly as signed. */
export interface Evidence {
  readonly signer: PublicKey
  readonly about: 'checkpoints' | 'entries'
  /** Up to here both histories may be the same: the smaller size, or the index. */
  readonly at: number
  readonly bytes: Uint8Array
}

interface OwnLog {
  readonly size: number
  head(): SignedCheckpoint
  rootAt(size: number): Uint8Array
  leafAt(index: number): Uint8Array
  entry(index: number): SignedEntry
  consistencyProof(from: number, to: number): Uint8Array[]
}

/** The evidence that a checkpoint of our size or smaller, whose root is not ours, makes with our head. */
export function conflictWith(log: OwnLog, theirs: SignedCheckpoint): Evidence | undefined {
  const head = log.head()
  if (!head.signer.equals(theirs.signer)) return undefined
  const { size: from } = theirs.checkpoint
  const { size: to } = head.checkpoint
  const isSame = from === to
  const prefix = isSame ? [] : prefixProof(from, log.rootAt(from), log.consistencyProof(from, to))
  const bytes = encodeCbor({
    ...{ version: 1, about: 'checkpoints', prefix },
    smaller: theirs.bytes,
    larger: head.bytes
  })
  return { signer: head.signer, about: 'checkpoints', at: from, bytes }
}

/** The first entry at a place that we have filled with another one of the same key. */
export function conflictOfEntries(
  log: OwnLog,
  from: number,
  entries: readonly Uint8Array[]
): Evidence | undefined {
  for (const [i, bytes] of entries.slice(0, Math.max(0, log.size - from)).entries()) {
    if (from + i < 0) continue
    if (equalBytes(log.leafAt(from + i), leafHash(bytes))) continue
    const ours = log.entry(from + i)
    const theirs = parseEntry(bytes)
    if (!theirs.ok || !areRivals(ours, theirs.value)) return undefined
    const evidence = { version: 1, about: 'entries', first: ours.bytes, second: bytes }
    return { signer: ours.signer, about: 'entries', at: from + i, bytes: encodeCbor(evidence) }
  }
  return undefined
}

/**
 * Reads evidence from anywhere. That the key is one of the network's is for the caller to say.
 *
 * Faults: `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`, `WRONG_NETWORK`, those of `parseCheckpoint` and
 * `parseEntry`; `TRUST_PROOF_INVALID` where the statements do not contradict each other.
 */
export function openEvidence(bytes: Uint8Array, network: NetworkId): Verdict<Evidence> {
  const decoded = decodeCbor(bytes, evidenceSchema, LIMITS.equivocationBytesMax)
  if (!decoded.ok) return decoded
  if (decoded.value.about === 'entries') {
    const first = parseEntry(decoded.value.first)
    if (!first.ok) return first
    const second = parseEntry(decoded.value.second)
    if (!second.ok) return second
    const { entry, signer } = first.value
    if (entry.type === 'genesis' || entry.network !== network) return refuse('WRONG_NETWORK')
    if (!areRivals(first.value, second.value)) return refuse('TRUST_PROOF_INVALID')
    return accept({ signer, about: 'entries', at: entry.index, bytes })
  }
  const smaller = parseCheckpoint(decoded.value.smaller)
  if (!smaller.ok) return smaller
  const larger = parseCheckpoint(decoded.value.larger)
  if (!larger.ok) return larger
  const { checkpoint: a, signer } = smaller.value
  const { checkpoint: b } = larger.value
  if (a.network !== network || b.network !== network) return refuse('WRONG_NETWORK')
  const isOneKey = signer.equals(larger.value.signer)
  const root = rootBefore(a.size, b, decoded.value.prefix)
  if (!isOneKey || root === undefined || equalBytes(root, a.root)) {
    return refuse('TRUST_PROOF_INVALID')
  }
  return accept({ signer, about: 'checkpoints', at: a.size, bytes })
}

function rootBefore(
  from: number,
  { size: to, root: toRoot }: SignedCheckpoint['checkpoint'],
  proof: readonly Uint8Array[]
): Uint8Array | undefined {
  if (from === to) return proof.length === 0 ? toRoot : undefined
  return rootOfPrefix({ from, to, toRoot, proof })
}

function areRivals(a: SignedEntry, b: SignedEntry): boolean {
  const [one, other] = [a.entry, b.entry]
  if (one.type === 'genesis' || other.type === 'genesis') return false
  const isOnePlace = one.index === other.index && one.network === other.network
  return isOnePlace && a.signer.equals(b.signer) && !equalBytes(a.hash, b.hash)
}

const base64 = (bytesMax: number) => z.string().max(Math.ceil((bytesMax * 4) / 3))

/** What is handed to somebody without a node. All bytes are base64url. */
export const equivocationProofSchema = z.strictObject({
  format: z.literal('peerage-equivocation-proof/1'),
  network: networkIdSchema,
  evidence: base64(LIMITS.equivocationBytesMax),
  /** Genesis, and the entries about keys that lead to the one that signed, in order. */
  keys: z.array(base64(LIMITS.trustEntryBytesMax)).min(1).max(LIMITS.proofKeysMax)
})

export type EquivocationProof = z.infer<typeof equivocationProofSchema>

/** `keyEntries`: genesis and every entry about authority keys. */
export function createEquivocationProof(
  network: NetworkId,
  evidence: Pick<Evidence, 'bytes'>,
  keyEntries: readonly SignedEntry[]
): EquivocationProof {
  return {
    format: 'peerage-equivocation-proof/1',
    network,
    evidence: toBase64url(evidence.bytes),
    keys: keyEntries.map(({ bytes }) => toBase64url(bytes))
  }
}

/**
 * Checks with nothing but the id of the network that one of its authority keys has signed two
 * histories. It does not say which of them is the right one.
 *
 * Faults: those of {@link openEvidence} and `parseEntry`, `TRUST_SIGNER_NOT_ENTITLED`.
 */
export function verifyEquivocationProof(
  value: unknown,
  network: NetworkId
): Verdict<{ readonly evidence: Evidence; readonly networkName: string }> {
  const parsed = equivocationProofSchema.safeParse(value)
  if (!parsed.success) {
    return refuse('MESSAGE_MALFORMED', { path: parsed.error.issues[0]?.path.join('.') ?? '' })
  }
  if (parsed.data.network !== network) return refuse('WRONG_NETWORK')
  const evidence = openEvidence(bytesIn(parsed.data.evidence), network)
  if (!evidence.ok) return evidence
  const keys = new AuthorityKeys(new UndoLog())
  let networkName = ''
  for (const [i, text] of parsed.data.keys.entries()) {
    const signed = parseEntry(bytesIn(text))
    if (!signed.ok) return signed
    const { entry, hash } = signed.value
    if (i === 0) {
      if (entry.type !== 'genesis' || networkIdOf(hash) !== network) return refuse('WRONG_NETWORK')
      networkName = entry.name
      keys.create(entry)
    } else if (!follow(keys, signed.value)) {
      return refuse('TRUST_SIGNER_NOT_ENTITLED', { index: entry.index })
    }
  }
  const standing = keys.standing(evidence.value.signer)
  // A key that was only announced is nobody's yet.
  if (standing === undefined || standing === 'prepared') return refuse('TRUST_SIGNER_NOT_ENTITLED')
  return accept({ evidence: evidence.value, networkName })
}

/** Takes one step of the keys, when its signer was entitled to it. */
function follow(keys: AuthorityKeys, { entry, signer }: SignedEntry): boolean {
  if (entry.type === 'recovered') {
    const isEntitled = keys.recovery?.equals(signer) ?? false
    if (isEntitled) keys.recover(entry)
    return isEntitled
  }
  const isEntitled = entry.type === 'authority-key' && keys.isActive(signer)
  if (!isEntitled || keys.brokenRule(entry) !== undefined) return false
  keys.step(entry)
  return true
}

/** What is no base64url is empty, and then refused for what it should have been. */
function bytesIn(text: string): Uint8Array {
  const parsed = parseText(text, 'base64url')
  return parsed.ok ? parsed.value : new Uint8Array()
}
