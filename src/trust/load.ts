import { equalBytes } from '../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { PeerageError } from '../errors.ts'
import { type NetworkId, networkIdOf } from '../identity/network-id.ts'
import { parseCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import { parseEntry, readStoredEntry } from './entry.ts'
import { judgeFirst, judgeHead } from './head.ts'
import type { TrustStore } from './log-store.ts'
import { type HashStore, leafHash, MerkleTree, memoryHashStore } from './merkle.ts'
import { TrustState } from './state.ts'

/** What a log is made of. */
export interface LogParts {
  readonly network: NetworkId
  readonly state: TrustState
  readonly hashes: HashStore
  readonly head: SignedCheckpoint
}

/** A network as it begins: everything that a newcomer needs to start its own copy of the log. */
export interface Genesis {
  readonly entry: Uint8Array
  /** The checkpoint of size 1. */
  readonly checkpoint: Uint8Array
}

/** Faults as `TrustLog.create`. */
export function firstParts({
  network,
  genesis
}: {
  readonly network: NetworkId
  readonly genesis: Genesis
}): Verdict<LogParts> {
  const signed = parseEntry(genesis.entry)
  if (!signed.ok) return signed
  if (networkIdOf(signed.value.hash) !== network) return refuse('WRONG_NETWORK')
  const head = parseCheckpoint(genesis.checkpoint)
  if (!head.ok) return head
  const state = new TrustState()
  const hashes = memoryHashStore()
  const tree = new MerkleTree(hashes, 0)
  const applied = state.apply(signed.value)
  if (!applied.ok) return applied
  tree.append(signed.value.hash)
  const known = judgeHead(head.value, state, tree)
  return known.ok ? accept({ network, state, hashes, head: head.value }) : known
}

/** Throws as `TrustLog.load`. */
export function loadParts(store: TrustStore): LogParts {
  const stored = store.checkpoint('head')
  const head = parseCheckpoint(stored ?? new Uint8Array())
  const size = head.ok ? head.value.checkpoint.size : Number.MAX_SAFE_INTEGER
  const hashes = memoryHashStore()
  const tree = new MerkleTree(hashes, 0)
  for (const bytes of store.entries(0, size)) tree.append(leafHash(bytes))
  // First the hashes, then the contents: what is under the signed root was parsed once already.
  if (stored !== undefined) requireRoot(stored, tree, store)
  const state = fold(store, tree)
  const network = state.network?.id
  if (stored === undefined || network === undefined) {
    const isEmpty = stored === undefined && network === undefined
    if (isEmpty && store.checkpoint('genesis') === undefined) throw new PeerageError('HOME_EMPTY')
    throw damaged('head', tree.size)
  }
  if (!head.ok || !judgeHead(head.value, state, tree).ok) throw damaged('head', tree.size)
  const first = parseCheckpoint(store.checkpoint('genesis') ?? new Uint8Array())
  if (!first.ok || !judgeFirst(first.value, state, tree)) throw damaged('genesis', tree.size)
  foldTail(state, tree, store)
  return { network, state, hashes, head: head.value }
}

/**
 * Throws `STORAGE_DAMAGED` unless the entries hash to the root of the stored checkpoint; names the
 * first entry that is not as it was signed, where there is one.
 */
function requireRoot(checkpoint: Uint8Array, tree: MerkleTree, store: TrustStore): void {
  const head = parseCheckpoint(checkpoint)
  if (head.ok) {
    const { size, root } = head.value.checkpoint
    if (size === tree.size && equalBytes(root, tree.root())) return
  }
  let index = 0
  for (const bytes of store.entries(0, tree.size)) {
    if (!parseEntry(bytes).ok) throw damaged('entry', index)
    index++
  }
  throw damaged('head', tree.size)
}

/**
 * The state after the entries in the tree. Throws `STORAGE_DAMAGED` for one that breaks a rule, and
 * `STORAGE_TOO_OLD` for a network whose first entry has not the form of today.
 */
function fold(store: TrustStore, tree: MerkleTree): TrustState {
  const state = new TrustState()
  for (const bytes of store.entries(0, tree.size)) {
    const index = state.size
    // The first one says which form they have: it is looked at as if a stranger had sent it.
    const signed = index === 0 ? parseEntry(bytes) : readStoredEntry(bytes, tree.leaf(index))
    if (index === 0 && !signed.ok) throw new PeerageError('STORAGE_TOO_OLD')
    if (!signed.ok || !state.apply(signed.value).ok) throw damaged('entry', index)
  }
  return state
}

/** The entries beyond the head, under which no root is signed. Throws `STORAGE_DAMAGED`. */
function foldTail(state: TrustState, tree: MerkleTree, store: TrustStore): void {
  for (const bytes of store.entries(tree.size, Number.MAX_SAFE_INTEGER)) {
    const signed = parseEntry(bytes)
    if (!signed.ok || !state.apply(signed.value).ok) throw damaged('entry', tree.size)
    tree.append(signed.value.hash)
  }
}

export function damaged(part: 'entry' | 'head' | 'genesis', index: number): PeerageError {
  return new PeerageError('STORAGE_DAMAGED', { part, index })
}
