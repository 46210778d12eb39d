import { equalBytes } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { parseEntry, readStoredEntry } from './entry.ts'
import type { MerkleTree } from './merkle.ts'
import { TrustState } from './state.ts'

interface StoredEntries {
  entries(from: number, to: number): Iterable<Uint8Array>
}

/**
 * Throws `STORAGE_DAMAGED` unless the entries hash to the root of the stored checkpoint; names the
 * first entry that is not as it was signed, where there is one.
 */
export function requireRoot(checkpoint: Uint8Array, tree: MerkleTree, store: StoredEntries): void {
  const head = parseCheckpoint(checkpoint)
  if (head.ok) {
    const { size, root } = head.value.checkpoint
    if (size === tree.size && equalBytes(root, tree.root())) return
  }
  let index = 0
  for (const bytes of store.entries(0, Number.MAX_SAFE_INTEGER)) {
    if (!parseEntry(bytes).ok) throw damaged('entry', index)
    index++
  }
  throw damaged('head', tree.size)
}

/** The state after all stored entries. Throws `STORAGE_DAMAGED` for one that breaks a rule. */
export function fold(store: StoredEntries, tree: MerkleTree): TrustState {
  const state = new TrustState()
  for (const bytes of store.entries(0, Number.MAX_SAFE_INTEGER)) {
    const index = state.size
    const signed = readStoredEntry(bytes, tree.leaf(index))
    if (!signed.ok || !state.apply(signed.value).ok) throw damaged('entry', index)
  }
  return state
}

export function damaged(part: 'entry' | 'head' | 'genesis', index: number): PeerageError {
  return new PeerageError('STORAGE_DAMAGED', { part, index })
}
