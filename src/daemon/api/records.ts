import type { NodeApi } from '../../control/node-api.ts'
import type { Records } from '../../protocols/record/index.ts'
import type { VerifiedRecord } from '../../records/record.ts'
import { formatTime } from '../../time/clock.ts'

export function createRecordsApi(records: Records): NodeApi['records'] {
  return {
    async put({ kind, name, value, expectedVersion }, { signal }) {
      const written = await records.put({ kind, name, value, expectedVersion }, { signal })
      return {
        ...identify(written),
        acknowledgedBy: [...written.acknowledgedBy],
        refused: [...written.refused],
        pending: [...written.pending]
      }
    },
    async get({ kind, name, owner }, { signal }) {
      const read = await records.get({ kind, name, owner }, { signal })
      return {
        ...identify(read),
        value: read.value,
        storedAt: formatTime(read.storedAt),
        signer: read.signer.nodeId,
        verifiedFrom: [...read.verifiedFrom],
        holdersAsked: read.holdersAsked,
        conflict: read.conflict
      }
    },
    async list({ kind, owner, limit, cursor }) {
      const page = records.list({ kind, owner, limit, cursor })
      return {
        items: page.items.map((record) => ({
          ...identify(record),
          signer: record.signer,
          bytes: record.value.length
        })),
        nextCursor: page.nextCursor
      }
    }
  }
}

type Identified = Pick<
  VerifiedRecord,
  'kind' | 'owner' | 'name' | 'version' | 'digest' | 'expiresAt'
>

function identify({ kind, owner, name, version, digest, expiresAt }: Identified) {
  return { kind, owner, name, version, digest, expiresAt: formatTime(expiresAt) }
}
