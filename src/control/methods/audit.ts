import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { OTHER_NODE_ID, TIME } from './samples.ts'

const HASH = '5f'.repeat(32)

export const auditSearch = method({
  name: 'audit.search',
  access: 'observe',
  summary: 'Searches the local audit journal, newest first.',
  params: schema.auditSearchParams,
  result: schema.auditSearchResult,
  errors: ['NOT_READY', 'INVALID_ARGUMENT', 'STORAGE_DAMAGED'],
  examples: [
    {
      params: { event: 'peer.refused', limit: 1 },
      result: {
        items: [
          {
            sequence: 12,
            time: TIME,
            event: 'peer.refused',
            code: 'CERTIFICATE_REVOKED',
            layer: 'admission',
            nodeId: OTHER_NODE_ID,
            detail: { direction: 'inbound', by: 'us' }
          }
        ],
        nextCursor: '12'
      }
    }
  ],
  run: (api, params, call) => api.audit.search(params, call)
})

export const auditVerify = method({
  name: 'audit.verify',
  access: 'observe',
  summary:
    'Recomputes the hash chain of the journal, against a head kept elsewhere if one is given.',
  params: schema.auditVerifyParams,
  result: schema.auditVerifyResult,
  errors: ['NOT_READY'],
  examples: [
    {
      params: {},
      result: { valid: true, rows: 12, oldest: 1, newest: 12, head: HASH }
    }
  ],
  run: (api, params, call) => api.audit.verify(params, call)
})

export const auditExport = method({
  name: 'audit.export',
  access: 'observe',
  summary: 'Hands out rows of the journal with their hashes, oldest first, one page at a time.',
  params: schema.auditExportParams,
  result: schema.auditExportResult,
  errors: ['NOT_READY', 'STORAGE_DAMAGED'],
  examples: [
    {
      params: { after: 11 },
      result: {
        rows: [
          {
            sequence: 12,
            time: 1_767_225_600_000,
            event: 'enrollment.granted',
            code: null,
            layer: null,
            nodeId: OTHER_NODE_ID,
            detail: '{}',
            previous: HASH,
            hash: HASH
          }
        ]
      }
    }
  ],
  run: (api, params, call) => api.audit.export(params, call)
})
