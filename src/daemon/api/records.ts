import type { NodeApi } from '../../control/node-api.ts'
import { parseText, toBase64url } from '../../encoding/bytes.ts'
import type { ErrorCode } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import type { RecordRead, Records, RecordWritten } from '../../protocols/record/index.ts'
import type { VerifiedRecord } from '../../records/record.ts'
import { type Clock, formatTime } from '../../time/clock.ts'

export interface RecordsApiComponents {
  readonly records: Records
  readonly clock: Clock
}

export function createRecordsApi({ records, clock }: RecordsApiComponents): NodeApi['records'] {
  const show = (read: RecordRead) => ({
    ...identify(read),
    ...shownReaders(read),
    value: read.value,
    storedAt: formatTime(read.storedAt),
    // Within the tolerance a record may be dated later than now.
    ageMs: Math.max(0, clock.now() - read.storedAt),
    signer: read.signer.nodeId,
    signedBy: read.signer.name,
    verifiedFrom: [...read.verifiedFrom],
    isHeldHere: read.isHeldHere,
    holdersAsked: read.holdersAsked,
    ...{ answered: read.answered, isStale: read.isStale },
    conflict: read.conflict
  })

  return {
    async put({ reason: _, idempotencyKey: __, ...put }, { signal }) {
      return showWritten(await records.put(put, { signal }))
    },
    async remove({ reason: _, idempotencyKey: __, ...wanted }, { signal }) {
      return showWritten(await records.put({ ...wanted, value: undefined }, { signal }))
    },
    async history(wanted, { signal }) {
      const { versions, holdersAsked, answered } = await records.history(wanted, { signal })
      const shown = versions.map(({ record, verifiedFrom, readers, isOpen = true }) => ({
        ...{ version: record.version, digest: record.digest, opened: isOpen },
        ...shownReaders({ readers }),
        value: isOpen ? record.value : new Uint8Array(0),
        deleted: record.form === 'deleted',
        ...{ signer: record.signer, signedBy: records.signerName(record.signer) },
        storedAt: formatTime(record.storedAt),
        expiresAt: formatTime(record.expiresAt),
        verifiedFrom: [...verifiedFrom]
      }))
      const { kind, name } = wanted
      const owner = versions[0]?.record.owner ?? ''
      return { kind, owner, name, versions: shown, holdersAsked, answered }
    },
    async receipts(wanted) {
      const { key, receipts } = records.receipts(wanted)
      return {
        ...{ kind: key.kind, owner: key.owner, name: key.name },
        receipts: receipts.map(({ holder, version, digest, storedAt, until, bytes }) => ({
          ...{ nodeId: holder, signedBy: records.signerName(holder), version, digest },
          ...{ storedAt: formatTime(storedAt), until: formatTime(until) },
          receipt: toBase64url(bytes)
        }))
      }
    },
    async holders(wanted, { signal }) {
      const { key, copies, have, version, holders } = await records.holders(wanted, { signal })
      return {
        ...{ kind: key.kind, owner: key.owner, name: key.name, copies, have, version },
        holders: holders.map((holder) => ({ ...holder, node: records.signerName(holder.nodeId) }))
      }
    },
    async exportFile(listing) {
      const page = records.list({ ...listing, limit: LIMITS.recordFilePageMax })
      const items = page.items.map(({ bytes }) => ({ record: toBase64url(bytes) }))
      return { items, nextCursor: page.nextCursor }
    },
    async importFile({ records: texts }) {
      const outcomes: { digest?: string; code?: ErrorCode }[] = []
      for (const text of texts) {
        const bytes = parseText(text, 'base64url')
        const taken = bytes.ok ? await records.importRecord(bytes.value) : bytes
        outcomes.push(taken.ok ? { digest: taken.value.digest } : { code: taken.fault })
      }
      return { outcomes }
    },
    watch: ({ onChange, ...wanted }) => records.watch(wanted, onChange),
    repair: ({ signal }) => records.repair({ signal }),
    async get(wanted, { signal }) {
      return show(await records.get(wanted, { signal }))
    },
    async entries(dictionary, { signal }) {
      const read = await records.entries(dictionary, { signal })
      return { ...read, entries: read.entries.map(show) }
    },
    async list({ kind, owner, limit, cursor }) {
      const page = records.list({ kind, owner, limit, cursor })
      return {
        items: page.items.map((record) => ({
          ...identify(record),
          deleted: record.form === 'deleted',
          sealed: record.form === 'sealed',
          signer: record.signer,
          bytes: record.value.length
        })),
        nextCursor: page.nextCursor
      }
    }
  }
}

function showWritten(written: RecordWritten) {
  return {
    ...identify(written),
    ...shownReaders(written),
    acknowledgedBy: [...written.acknowledgedBy],
    refused: [...written.refused],
    pending: [...written.pending],
    ...{ copies: written.copies, quorum: written.quorum }
  }
}

function shownReaders({ readers }: { readonly readers?: readonly string[] | undefined }) {
  return readers === undefined ? {} : { readers: [...readers] }
}

type Identified = Pick<
  VerifiedRecord,
  'kind' | 'owner' | 'name' | 'version' | 'digest' | 'expiresAt'
>

function identify({ kind, owner, name, version, digest, expiresAt }: Identified) {
  return { kind, owner, name, version, digest, expiresAt: formatTime(expiresAt) }
}
