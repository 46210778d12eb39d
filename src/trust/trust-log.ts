import type { PublicKey } from '../crypto/ed25519.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { PeerageError } from '../errors.ts'
import type { NetworkId } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'
import type { Clock } from '../time/clock.ts'
import { parseCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import { type Doubts, NO_DOUBTS } from './doubts.ts'
import { parseEntry, readStoredEntry, type SignedEntry } from './entry.ts'
import { conflictOfEntries, conflictWith, type Evidence } from './equivocation.ts'
import { judgeHead } from './head.ts'
import { Listeners } from './listeners.ts'
import { damaged, firstParts, type Genesis, type LogParts, loadParts } from './load.ts'
import type { CheckpointSlot, TrustStore } from './log-store.ts'
import { type HashStore, leafHash, MerkleTree, verifyConsistency } from './merkle.ts'
import type { TrustState } from './state.ts'

export type { CheckpointSlot, Genesis, TrustStore }

export interface Advance {
  /** Empty when only the checkpoint is newer. */
  readonly added: readonly SignedEntry[]
  readonly head: SignedCheckpoint
  /** The entries lie beyond the head, which follows when the last part of them has come. */
  readonly isPart: boolean
}

export interface JudgedCheckpoint {
  readonly checkpoint: SignedCheckpoint
  /** Its size compared with that of our head. As far as we reach its root was found to be ours. */
  readonly relation: 'same' | 'ahead' | 'behind'
}

/**
 * The trust log of one network as this node knows it: entries, Merkle tree and state, always of the
 * same size, and the newest checkpoint, which is of that size, too, but for a catch-up under way.
 * It only grows, and only by {@link TrustLog.advance} and {@link TrustLog.advancePart}.
 */
export class TrustLog {
  readonly network: NetworkId
  readonly state: TrustState
  readonly #store: TrustStore
  readonly #clock: Clock
  readonly #doubts: Doubts
  readonly #advances = new Listeners<Advance>()
  readonly #conflicts = new Listeners<Evidence>()
  #tree: MerkleTree
  #head: SignedCheckpoint
  // The tree's hashes live in memory only: loading computes them anyway, and hashes that are not
  // stored cannot be damaged.
  readonly #hashes: HashStore

  private constructor(parts: LogParts, components: LogComponents) {
    this.network = parts.network
    this.state = parts.state
    this.#hashes = parts.hashes
    this.#tree = new MerkleTree(parts.hashes, parts.state.size)
    this.#head = parts.head
    this.#store = components.store
    this.#clock = components.clock
    this.#doubts = components.doubts ?? NO_DOUBTS
  }

  /**
   * Starts the log of `network` in an empty store with its first entry. The network id is the
   * hash of that entry, so whoever knows the id is told the truth about the first authority key.
   *
   * Faults: those of `parseEntry` and `parseCheckpoint`, `WRONG_NETWORK`, and those of
   * {@link TrustLog.advance}. Throws the errors of the store, and `HOME_ALREADY_JOINED` when it
   * holds a log.
   */
  static create(
    store: TrustStore,
    init: {
      readonly clock: Clock
      readonly network: NetworkId
      readonly genesis: Genesis
      readonly doubts?: Doubts
    }
  ): Verdict<TrustLog> {
    if (store.checkpoint('head') !== undefined) throw new PeerageError('HOME_ALREADY_JOINED')
    const parts = firstParts(init)
    if (!parts.ok) return parts
    const { entry, checkpoint } = init.genesis
    store.append({ from: 0, entries: [entry], checkpoint })
    const { clock, doubts = NO_DOUBTS } = init
    return accept(new TrustLog(parts.value, { store, clock, doubts }))
  }

  /**
   * Reads the log from its store, entry by entry. The signatures of entries are not verified
   * again: each was verified before it was stored, and all of them are hashed into the root that
   * the stored checkpoint signs; that signature is verified. Entries beyond it, of a catch-up that
   * broke off, have only their own signatures: those are. Rules and signers are checked.
   *
   * Throws `HOME_EMPTY` when there is no log, `STORAGE_DAMAGED` when anything in it was changed.
   */
  static load(
    store: TrustStore,
    { clock, doubts }: { readonly clock: Clock; readonly doubts?: Doubts }
  ): TrustLog {
    const parts = loadParts(store)
    return new TrustLog(parts, { store, clock, ...(doubts === undefined ? {} : { doubts }) })
  }

  /** Of the head: what the authority vouches for, and what is handed to peers. */
  get size(): number {
    return this.#head.checkpoint.size
  }

  /** Where the entries here end: beyond {@link size} while a long catch-up is under way. */
  get reach(): number {
    return this.#tree.size
  }

  /** Whether the key in charge has signed two histories, and nobody has decided yet. */
  get isDoubted(): boolean {
    const key = this.state.signingKey
    return key !== undefined && this.#doubts.isDoubted(key)
  }

  head(): SignedCheckpoint {
    return this.#head
  }

  /** How long ago the authority vouched for the head: the freshness of this view, in ms. */
  checkpointAgeMs(): number {
    return Math.max(0, this.#clock.now() - this.#head.checkpoint.time)
  }

  /**
   * Throws `CLOCK_BEFORE_GENESIS` or `CLOCK_BACKWARD` when the clock of this machine is further
   * than `LIMITS.clockSkewMs` behind a time that the authority has signed.
   */
  requireClock(): void {
    const now = this.#clock.now()
    const createdAt = this.state.network?.createdAt ?? 0
    if (now + LIMITS.clockSkewMs < createdAt) {
      throw new PeerageError('CLOCK_BEFORE_GENESIS', { now, createdAt })
    }
    const signedAt = this.#head.checkpoint.time
    if (now + LIMITS.clockSkewMs < signedAt) {
      throw new PeerageError('CLOCK_BACKWARD', { now, signedAt })
    }
  }

  /** What a newcomer needs to start its own copy with {@link TrustLog.create}. */
  genesis(): Genesis {
    const checkpoint = this.#store.checkpoint('genesis')
    if (checkpoint === undefined) throw damaged('genesis', this.size)
    return { entry: this.#bytesAt(0), checkpoint }
  }

  /** The entry at `index`. Throws `TRUST_ENTRY_NOT_FOUND`, `STORAGE_DAMAGED`. */
  entry(index: number): SignedEntry {
    const signed = readStoredEntry(this.#bytesAt(index), this.#tree.leaf(index))
    if (!signed.ok) throw damaged('entry', index)
    return signed.value
  }

  /**
   * The bytes of the entries from `from` up to but without `to`, as far as there are any; the
   * caller bounds the range. Throws `STORAGE_DAMAGED`.
   */
  entries(from: number, to: number): Uint8Array[] {
    const end = Math.min(to, this.size)
    const entries: Uint8Array[] = []
    for (const bytes of this.#store.entries(from, end)) {
      const index = from + entries.length
      // Bytes that were changed on disk since loading are never handed out.
      if (!equalBytes(leafHash(bytes), this.#tree.leaf(index))) throw damaged('entry', index)
      entries.push(bytes)
    }
    if (entries.length !== Math.max(0, end - from)) throw damaged('entry', from + entries.length)
    return entries
  }

  /** The Merkle root over the first `size` entries. Throws `RangeError` outside of the log. */
  rootAt(size: number): Uint8Array {
    return this.#tree.root(size)
  }

  leafAt(index: number): Uint8Array {
    return this.#tree.leaf(index)
  }

  /** RFC 9162 §2.1.3. Throws `RangeError` outside of the log. */
  inclusionProof(index: number, size: number): Uint8Array[] {
    return this.#tree.inclusionProof(index, size)
  }

  /** RFC 9162 §2.1.4. Throws `RangeError` outside of the log. */
  consistencyProof(from: number, to: number): Uint8Array[] {
    return this.#tree.consistencyProof(from, to)
  }

  /**
   * Whether `proof` shows that the log under the checkpoint begins with all of ours, and then with
   * `more`. The caller has judged the checkpoint.
   */
  verifyExtension(
    checkpoint: Uint8Array,
    proof: readonly Uint8Array[],
    more: readonly Uint8Array[] = []
  ): boolean {
    const parsed = parseCheckpoint(checkpoint)
    if (!parsed.ok) return false
    const { size: to, root: toRoot } = parsed.value.checkpoint
    const [from, fromRoot] = [this.reach + more.length, this.rootAfter(more)]
    return verifyConsistency({ from, fromRoot, to, toRoot, proof })
  }

  /** The root that the log would have with these entries at its end. */
  rootAfter(entries: readonly Uint8Array[]): Uint8Array {
    const tree = new MerkleTree(this.#hashes, this.reach)
    for (const bytes of entries) tree.append(leafHash(bytes))
    return tree.root()
  }

  /**
   * Compares a checkpoint from a peer with the own log; changes nothing. One of our size or
   * smaller must have our root at that size. A larger one cannot be judged before its entries
   * have come.
   *
   * Faults: `CHECKPOINT_MALFORMED`, `SIGNATURE_INVALID`, `WRONG_NETWORK`,
   * `TRUST_SIGNER_NOT_ENTITLED`, `TRUST_FORK`; `CLOCK_BACKWARD` when it is dated later than now by
   * more than `LIMITS.clockSkewMs`: taking it would make this view look fresh until then.
   */
  judgeCheckpoint(bytes: Uint8Array): Verdict<JudgedCheckpoint> {
    // The common case between neighbors: the very bytes that were verified when they were taken.
    const isHead = equalBytes(bytes, this.#head.bytes)
    const parsed = isHead ? accept(this.#head) : parseCheckpoint(bytes)
    if (!parsed.ok) return parsed
    const { checkpoint, signer } = parsed.value
    if (checkpoint.network !== this.network) return refuse('WRONG_NETWORK')
    const { size, root, time } = checkpoint
    if (!this.#mayHaveSigned(size, signer)) return refuse('TRUST_SIGNER_NOT_ENTITLED')
    if (size <= this.reach && !equalBytes(root, this.#tree.root(size))) {
      if (size <= this.size) this.#tellConflict(conflictWith(this, parsed.value))
      return refuse('TRUST_FORK', { size })
    }
    if (time > this.#clock.now() + LIMITS.clockSkewMs) return refuse('CLOCK_BACKWARD', { time })
    const relation = size === this.size ? 'same' : size > this.size ? 'ahead' : 'behind'
    return accept({ checkpoint: parsed.value, relation })
  }

  /**
   * Takes over a newer checkpoint with the entries that lead to it, all or nothing, and tells the
   * listeners. `entries` end at the size of the checkpoint; those that are already here are
   * skipped unread. At our own size a checkpoint that is not newer is accepted and ignored.
   *
   * Faults: those of {@link TrustLog.judgeCheckpoint}; `TRUST_ROLLBACK` for a smaller checkpoint;
   * those of `parseEntry` and {@link TrustState.apply}; `TRUST_EQUIVOCATION` while the key in charge
   * is doubted; `TRUST_FORK` for a history that was given up; `TRUST_ENTRY_INVALID` with rule
   * `entries-missing` or `checkpoint-time`; `TRUST_PROOF_INVALID` when the entries lead to another
   * root. Throws the errors of the store, with nothing changed.
   */
  advance(update: {
    readonly checkpoint: Uint8Array
    readonly entries: readonly Uint8Array[]
  }): Verdict<{ readonly added: number }> {
    const judged = this.judgeCheckpoint(update.checkpoint)
    if (!judged.ok) return judged
    const { checkpoint: head, relation } = judged.value
    const { size, time } = head.checkpoint
    if (relation === 'behind') return refuse('TRUST_ROLLBACK', { size, known: this.size })
    if (relation === 'same' && time <= this.#head.checkpoint.time) return accept({ added: 0 })
    // Until an operator decides, nothing more is believed of a key that has signed two histories.
    if (this.#doubts.isDoubted(head.signer)) return refuse('TRUST_EQUIVOCATION')
    this.#tellConflict(conflictOfEntries(this, size - update.entries.length, update.entries))
    // What is passed by a catch-up under way says nothing more.
    if (size < this.reach) return accept({ added: 0 })
    const missing = size - this.reach
    const entries = missing === 0 ? [] : update.entries.slice(-missing)
    if (entries.length < missing) return refuse('TRUST_ENTRY_INVALID', { rule: 'entries-missing' })
    const taken = this.state.attempt(() => this.#take(entries, head))
    if (!taken.ok) return taken
    this.#tree = new MerkleTree(this.#hashes, size)
    this.#head = head
    this.#advances.tell({ added: taken.value, head, isPart: false })
    return accept({ added: missing })
  }

  /**
   * Takes over entries on the way to a checkpoint that is too far ahead for one step: `proof` shows
   * that they are there, and each is signed by whoever was in charge, so that nothing but the true
   * log is ever stored. They count at once; the head, and with it the age of this view, stays until
   * the last part comes by {@link TrustLog.advance}. A catch-up that broke off goes on from here.
   *
   * Faults: those of {@link TrustLog.advance} but for those about the head.
   */
  advancePart(update: {
    readonly checkpoint: Uint8Array
    readonly entries: readonly Uint8Array[]
    readonly proof: readonly Uint8Array[]
  }): Verdict<{ readonly added: number }> {
    const judged = this.judgeCheckpoint(update.checkpoint)
    if (!judged.ok) return judged
    const { signer } = judged.value.checkpoint
    if (this.isDoubted || this.#doubts.isDoubted(signer)) return refuse('TRUST_EQUIVOCATION')
    const { checkpoint, entries, proof } = update
    // The proof first: what does not belong there costs no signature check.
    if (!this.verifyExtension(checkpoint, proof, entries)) return refuse('TRUST_PROOF_INVALID')
    const taken = this.state.attempt(() => {
      const applied = this.#apply(entries)
      if (applied.ok) this.#store.append({ from: this.reach, entries })
      return applied
    })
    if (!taken.ok) return taken
    const { tree, added } = taken.value
    this.#tree = tree
    this.#advances.tell({ added, head: this.#head, isPart: true })
    return accept({ added: added.length })
  }

  /** Calls `listener` after every advance. Returns the function that ends this. */
  onAdvance(listener: (advance: Advance) => void): () => void {
    return this.#advances.add(listener)
  }

  /**
   * Calls `listener` with the evidence whenever something comes in that the key of our head has
   * signed and that contradicts what it has signed here. Returns the function that ends this.
   */
  onConflict(listener: (evidence: Evidence) => void): () => void {
    return this.#conflicts.add(listener)
  }

  #tellConflict(evidence: Evidence | undefined): void {
    if (evidence !== undefined) this.#conflicts.tell(evidence)
  }

  /**
   * Whether the key is in charge; or was, for a size that lies behind us; or comes into office with
   * the entries between our reach and a larger size, on which `#take` has the last word.
   */
  #mayHaveSigned(size: number, signer: PublicKey): boolean {
    if (this.state.isSigningKey(signer)) return true
    if (size === this.reach) return false
    return size < this.reach ? this.state.wasInOffice(signer) : this.state.mayComeIntoOffice(signer)
  }

  /** Runs inside an attempt: whatever is refused or thrown here has changed nothing. */
  #take(entries: readonly Uint8Array[], head: SignedCheckpoint): Verdict<readonly SignedEntry[]> {
    const { isDoubted } = this
    const applied = this.#apply(entries)
    if (!applied.ok) return applied
    const { tree, added } = applied.value
    const known = judgeHead(head, this.state, tree)
    if (!known.ok) return known
    const isRecovered = added.some(({ entry }) => entry.type === 'recovered')
    // A doubted key cannot put another one in its place; the recovery key can.
    if (isDoubted && !isRecovered) return refuse('TRUST_EQUIVOCATION')
    this.#store.append({ from: this.reach, entries, checkpoint: head.bytes })
    return accept(added)
  }

  /** Runs inside an attempt, as `#take`. */
  #apply(entries: readonly Uint8Array[]): Verdict<{
    readonly tree: MerkleTree
    readonly added: readonly SignedEntry[]
  }> {
    // A second tree over the same hashes: those beyond our reach count for nothing until it is ours.
    const tree = new MerkleTree(this.#hashes, this.reach)
    const added: SignedEntry[] = []
    for (const bytes of entries) {
      const signed = parseEntry(bytes)
      if (!signed.ok) return signed
      const applied = this.state.apply(signed.value)
      if (!applied.ok) return applied
      tree.append(signed.value.hash)
      added.push(signed.value)
    }
    return this.#doubts.isGivenUp(this.reach, tree) ? refuse('TRUST_FORK') : accept({ tree, added })
  }

  #bytesAt(index: number): Uint8Array {
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.size) {
      throw new PeerageError('TRUST_ENTRY_NOT_FOUND', { index, size: this.size })
    }
    const [bytes] = this.entries(index, index + 1)
    if (bytes === undefined) throw damaged('entry', index)
    return bytes
  }
}

interface LogComponents {
  readonly store: TrustStore
  readonly clock: Clock
  readonly doubts?: Doubts
}
