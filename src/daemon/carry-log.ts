import { PeerageError } from '../errors.ts'
import { createJournal } from '../storage/journal.ts'
import { systemClock } from '../time/clock.ts'
import { exportLog, importLog, type LogFile } from '../trust/log-file.ts'
import type { TrustLog } from '../trust/trust-log.ts'
import { showHash } from './api/present.ts'
import { withClosedHome } from './closed-home.ts'

export interface ImportedLog {
  readonly added: number
  readonly trust: { readonly size: number; readonly root: string }
}

/** Throws the faults of `importLog`. */
export function takeLog(log: TrustLog, file: LogFile): ImportedLog {
  const imported = importLog(log, file)
  if (!imported.ok) throw new PeerageError(imported.fault, imported.detail)
  const { size, root } = log.head().checkpoint
  return { added: imported.value.added, trust: { size, root: showHash(root) } }
}

/** Brings the log of a home that no daemon runs up to a file. Throws as `withClosedHome` and {@link takeLog}. */
export async function importLogFile(init: {
  readonly home: string
  readonly file: LogFile
}): Promise<ImportedLog> {
  return await withClosedHome(init.home, systemClock, async ({ db, log }) => {
    const imported = takeLog(log, init.file)
    const { added, trust } = imported
    createJournal(db, systemClock).append({ event: 'trust.imported', detail: { added, ...trust } })
    return imported
  })
}

/** The log of a home that no daemon runs. Throws as `withClosedHome`. */
export async function exportLogFile(init: {
  readonly home: string
  readonly from: number
}): Promise<LogFile> {
  return await withClosedHome(init.home, systemClock, async ({ log }) => {
    if (init.from > log.size) throw new PeerageError('TRUST_ENTRY_NOT_FOUND', { size: log.size })
    return exportLog(log, init.from)
  })
}
