import type { NodeApi } from '../../control/node-api.ts'
import { parseText, toBase64url } from '../../encoding/bytes.ts'
import { ERRORS, PeerageError } from '../../errors.ts'
import {
  createReportFile,
  type Heard,
  openReport,
  reportId
} from '../../protocols/evidence/index.ts'
import { recordDigest } from '../../records/record.ts'
import { type Clock, formatTime } from '../../time/clock.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import type { EvidenceRoom } from '../evidence.ts'
import { pageOf } from './page.ts'

export interface ReportsApiComponents {
  readonly room: Pick<EvidenceRoom, 'book' | 'submit'>
  readonly log: TrustLog
  readonly clock: Pick<Clock, 'now'>
}

export function createReportsApi({ room, log, clock }: ReportsApiComponents): NodeApi['reports'] {
  /** The one whose id begins so. Throws `NOT_FOUND`. */
  function find(id: string): Heard {
    const [found, ...others] = room.book.all().filter((report) => report.id.startsWith(id))
    if (found === undefined || others.length > 0) {
      throw new PeerageError('NOT_FOUND', { report: id })
    }
    return found
  }

  function show({ id, code, nodeId, heardAt, from }: Heard) {
    const { member = '', node = '' } = log.state.node(nodeId) ?? {}
    return {
      ...{ id, code, accused: nodeId, member, node },
      heardAt: formatTime(heardAt),
      ...(from === undefined ? {} : { from })
    }
  }

  return {
    async list(params) {
      return pageOf(room.book.all(), params, show)
    },
    async show({ report }) {
      const found = find(report)
      return {
        ...show(found),
        message: ERRORS[found.code].text,
        statements: found.parts.map((bytes) => ({
          digest: recordDigest(bytes),
          bytes: toBase64url(bytes)
        }))
      }
    },
    async export({ report }) {
      const file = createReportFile(log, find(report))
      if (file === undefined) throw new PeerageError('NOT_FOUND', { report })
      return file
    },
    async submit({ report }) {
      const bytes = parseText(report, 'base64url')
      if (!bytes.ok) throw new PeerageError('MESSAGE_MALFORMED', { argument: 'report' })
      const submitted = room.submit(bytes.value)
      if (!submitted.ok) throw new PeerageError(submitted.fault, submitted.detail)
      if (submitted.value !== undefined) return { ...show(submitted.value), isNew: true }
      const id = reportId(bytes.value)
      const known = room.book.all().find((heard) => heard.id === id)
      if (known !== undefined) return { ...show(known), isNew: false }
      // Enough was known of the accused: it is verified all the same for whoever asks.
      const opened = openReport(bytes.value, log.network)
      if (!opened.ok) throw new PeerageError(opened.fault, opened.detail)
      return { ...show({ ...opened.value, heardAt: clock.now(), from: undefined }), isNew: false }
    }
  }
}
