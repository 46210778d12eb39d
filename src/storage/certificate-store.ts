import { PeerageError } from '../errors.ts'
import { type Certificate, parseCertificate } from '../identity/certificate.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { Clock, UnixMillis } from '../time/clock.ts'
import type { Database } from './database.ts'
import { type Row, readBytes, readInteger, readText } from './row.ts'

/** A certificate that this authority issued, as it was signed. */
export interface IssuedCertificate {
  readonly serial: string
  readonly nodeId: string
  readonly issuedAt: UnixMillis
  readonly notAfter: UnixMillis
  readonly bytes: Uint8Array
}

export interface CertificatePage {
  readonly certificates: readonly IssuedCertificate[]
  /** Where the list goes on; undefined when nothing follows. */
  readonly next: number | undefined
}

/**
 * Every certificate that this authority signed; on disk when `save` returns. A certificate counts
 * only where the trust log holds the enrollment of its node.
 */
export interface CertificateStore {
  save(certificate: Certificate, issuedAt: UnixMillis): void
  load(serial: string): IssuedCertificate | undefined
  /** The certificate of this node that was issued last. */
  newest(nodeId: NodeId): IssuedCertificate | undefined
  /** In the order of issuance, after the place `after` of an earlier page. */
  page(limit: number, after?: number): CertificatePage
}

/** Throws what {@link Database} throws. */
export function createCertificateStore(db: Database): CertificateStore {
  const insert = db.prepare(
    `INSERT INTO certificates (serial, node_id, issued_at, not_after, bytes)
     VALUES (?, ?, ?, ?, ?)`
  )
  const select = db.prepare('SELECT * FROM certificates WHERE serial = ?')
  const newest = db.prepare(
    'SELECT * FROM certificates WHERE node_id = ? ORDER BY place DESC LIMIT 1'
  )
  const page = db.prepare('SELECT * FROM certificates WHERE place > ? ORDER BY place LIMIT ?')

  return {
    save({ serial, nodeId, notAfter, bytes }, issuedAt) {
      insert.run(serial, nodeId, issuedAt, notAfter, bytes)
    },
    load: (serial) => optional(select.get(serial)),
    newest: (nodeId) => optional(newest.get(nodeId)),
    page(limit, after = 0) {
      // One row more than asked for tells whether anything follows.
      const rows = page.all(after, limit + 1)
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      const isMore = rows.length > shown.length && last !== undefined
      return {
        certificates: shown.map(readCertificate),
        next: isMore ? readInteger(last, 'place') : undefined
      }
    }
  }
}

function optional(row: Row | undefined): IssuedCertificate | undefined {
  return row === undefined ? undefined : readCertificate(row)
}

function readCertificate(row: Row): IssuedCertificate {
  return {
    serial: readText(row, 'serial'),
    nodeId: readText(row, 'node_id'),
    issuedAt: readInteger(row, 'issued_at'),
    notAfter: readInteger(row, 'not_after'),
    bytes: readBytes(row, 'bytes')
  }
}

/**
 * Wraps an issuer so that every certificate is on disk before anybody can have it: the enrollment
 * that follows may be cut off at any point, and the certificate can still be handed over later.
 *
 * Throws what `issue` throws, and `STORAGE_FULL` or `STORAGE_FAILED` with nothing issued.
 */
export function recordIssued<Request>(
  issue: (request: Request) => Promise<Uint8Array>,
  certificates: Pick<CertificateStore, 'save'>,
  clock: Pick<Clock, 'now'>
): (request: Request) => Promise<Uint8Array> {
  return async (request) => {
    const bytes = await issue(request)
    const parsed = parseCertificate(bytes)
    if (!parsed.ok) throw new PeerageError(parsed.fault, parsed.detail)
    certificates.save(parsed.value, clock.now())
    return bytes
  }
}
