import type { Logger } from '../log.ts'
import type { Salvaged } from '../storage/salvage.ts'
import type { AlarmBook } from './alarms.ts'

/** Tells the operator what was lost: in the log, in `peerage status`, and by the alarm in the journal. */
export function reportSalvage(
  salvaged: Salvaged | undefined,
  { alarms, logger }: { readonly alarms: Pick<AlarmBook, 'raise'>; readonly logger: Logger }
): void {
  if (salvaged === undefined) return
  const { file, entries, entriesKnown, records, lost } = salvaged
  const detail = { entries, entriesKnown, records, lost: lost.join(' ') }
  logger.error('storage.salvaged', { file, ...detail })
  alarms.raise({ code: 'STORAGE_SALVAGED', subject: file, detail })
}
