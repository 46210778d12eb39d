/** `genesis` holds the first checkpoint, of size 1; `head` the newest. */
export type CheckpointSlot = 'genesis' | 'head'

/** Where a log is kept. What it returns is judged by `TrustLog.load`. */
export interface TrustStore {
  /** Entries from `from` up to but without `to`, in order, read as they are asked for. */
  entries(from: number, to: number): Iterable<Uint8Array>
  checkpoint(slot: CheckpointSlot): Uint8Array | undefined
  /**
   * Stores entries at their positions from `from` on and the checkpoint as head, the first one as
   * genesis, too: all of it, synced, or nothing. Without a checkpoint the head stays as it is. Throws `STORAGE_FULL`, `STORAGE_FAILED`,
   * `STORAGE_DAMAGED`.
   */
  append(addition: {
    readonly from: number
    readonly entries: readonly Uint8Array[]
    readonly checkpoint?: Uint8Array
  }): void
}
