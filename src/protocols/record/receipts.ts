import type { NetworkId } from '../../identity/network-id.ts'
import { openReceipt, type StorageReceipt } from '../../records/storage-receipt.ts'
import type { ReceiptStore } from '../../storage/receipt-store.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { Background } from './background.ts'
import { createSoon } from './soon.ts'

export interface ReceiptsComponents {
  readonly network: NetworkId
  readonly store: ReceiptStore
  readonly background: Pick<Background, 'run'>
  readonly scheduler: Scheduler
}

/** The receipts of holders for what this node wrote: who has promised to keep what. */
export interface Receipts {
  /** Keeps a verified receipt; on disk a moment later, since nobody waits for that. */
  keep(receipt: StorageReceipt): void
  /** The newest of every holder of one record. */
  of(location: Uint8Array): readonly StorageReceipt[]
  /** Some of them, from a point in the key space on. */
  sample(from: Uint8Array, count: number): readonly StorageReceipt[]
  drop(receipt: StorageReceipt): void
  /** Writes what has been gathered. */
  flush(): void
  collectExpired(now: number): void
}

export function createReceipts(components: ReceiptsComponents): Receipts {
  const { network, store } = components
  const gathered: StorageReceipt[] = []
  const { ask, flush } = createSoon(components, () => store.save(gathered.splice(0)))

  /** Verified again: what is on disk may have been changed there. */
  function opened(all: readonly Uint8Array[]): StorageReceipt[] {
    return all.flatMap((bytes) => {
      const receipt = openReceipt(bytes, network)
      return receipt.ok ? [receipt.value] : []
    })
  }

  return {
    flush,
    keep(receipt) {
      gathered.push(receipt)
      ask()
    },
    of(location) {
      flush()
      return opened(store.of(location))
    },
    sample(from, count) {
      flush()
      return opened(store.sample(from, count))
    },
    drop: ({ location, holder }) => store.drop(location, holder),
    collectExpired: (now) => store.collectExpired(now)
  }
}
