import type { NodeApi } from '../../control/node-api.ts'
import { equalBytes, parseText, toHex } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
import type { Journal, JournalRow } from '../../storage/journal.ts'
import { toJournalLine } from '../../storage/journal-file.ts'
import { formatTime } from '../../time/clock.ts'
import { parseCursor } from './page.ts'

export function createAuditApi(journal: Journal): NodeApi['audit'] {
  return {
    async search({ since, until, cursor, ...wanted }) {
      const before = cursor === undefined ? undefined : parseCursor(cursor)
      const times = { since: timeOf(since), until: timeOf(until) }
      const { rows, nextCursor } = journal.list({ ...wanted, ...times, before })
      return {
        items: rows.map(show),
        nextCursor: nextCursor === undefined ? null : String(nextCursor)
      }
    },
    async verify({ sequence, hash }) {
      if ((sequence === undefined) !== (hash === undefined)) {
        throw new PeerageError('INVALID_ARGUMENT', { argument: 'hash' })
      }
      const verdict = journal.verify()
      if (!verdict.ok) {
        const damagedAt = Number(verdict.detail?.['sequence'])
        return { valid: false, rows: 0, oldest: 0, newest: 0, damagedAt }
      }
      const { head, ...extent } = verdict.value
      const missing = sequence !== undefined && !holds(journal, sequence, hash ?? '')
      return {
        valid: !missing,
        ...extent,
        head: toHex(head),
        ...(missing ? { missing } : {})
      }
    },
    async export({ after }) {
      return { rows: journal.chained(after).map(toJournalLine) }
    }
  }
}

/** Whether the row of this number is still there with this hash. */
function holds(journal: Journal, sequence: number, hash: string): boolean {
  const [row] = sequence === 0 ? [] : journal.chained(sequence - 1)
  const wanted = parseText(hash, 'base16')
  return row?.sequence === sequence && wanted.ok && equalBytes(row.hash, wanted.value)
}

function show({ sequence, time, event, code, layer, nodeId, detail }: JournalRow) {
  return {
    sequence,
    time: formatTime(time),
    event,
    ...(code === undefined ? {} : { code }),
    ...(layer === undefined ? {} : { layer }),
    ...(nodeId === undefined ? {} : { nodeId }),
    detail
  }
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text)
}
