import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import type { Database } from './database.ts'
import { readInteger } from './row.ts'

export interface RecordRoomInit {
  /** What the database may grow to by records. */
  readonly bytesMax: number
  /** What the file system has left; throws what it throws. */
  readonly freeBytes: () => number
}

export interface RecordRoomUsage {
  readonly bytes: number
  readonly bytesMax: number
  readonly freeBytes: number
}

/**
 * Whether there is room for another record. The last part of what records may occupy is for those
 * of the own member and for deletions; what the disk keeps free beyond is for the trust log and the
 * journal, so that a revocation can be stored whatever others have sent.
 */
export interface RecordRoom {
  /** Fault: `STORAGE_FULL`, before the disk is. */
  admit(isUrgent: boolean): Verdict<void, 'STORAGE_FULL'>
  usage(): RecordRoomUsage
  /** Gives space that was freed back to the file system, a bounded part at a time. */
  giveBack(): void
}

const UNBOUNDED: RecordRoomInit = {
  bytesMax: Number.MAX_SAFE_INTEGER,
  freeBytes: () => Number.MAX_SAFE_INTEGER
}

export function createRecordRoom(db: Database, init: RecordRoomInit = UNBOUNDED): RecordRoom {
  const pages = db.prepare(
    `SELECT (page_count - freelist_count) * page_size AS bytes
     FROM pragma_page_count, pragma_freelist_count, pragma_page_size`
  )

  function usage(): RecordRoomUsage {
    const row = pages.get() ?? {}
    return {
      bytes: readInteger(row, 'bytes'),
      bytesMax: init.bytesMax,
      freeBytes: init.freeBytes()
    }
  }

  return {
    usage,
    admit(isUrgent) {
      const { bytes, bytesMax, freeBytes } = usage()
      const kept = isUrgent ? 0 : (bytesMax * LIMITS.recordOwnSharePercent) / 100
      if (bytes >= bytesMax - kept) return refuse('STORAGE_FULL', { bytes, bytesMax })
      if (freeBytes < LIMITS.diskReserveBytes) {
        return refuse('STORAGE_FULL', { freeBytes, freeBytesMin: LIMITS.diskReserveBytes })
      }
      return accept(undefined)
    },
    giveBack() {
      db.exec(`PRAGMA incremental_vacuum(${LIMITS.storageVacuumPagesMax})`)
    }
  }
}
