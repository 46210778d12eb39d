import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { HASH } from './samples.ts'

export const recordExport = method({
  name: 'record.export',
  access: 'control',
  summary: 'Gives records that this node holds as their writers signed them.',
  params: schema.recordExportParams,
  result: schema.recordExportResult,
  errors: ['NOT_READY', 'INVALID_ARGUMENT'],
  examples: [
    { params: { kind: 'note' }, result: { items: [{ record: 'CiQIARIg' }], nextCursor: null } }
  ],
  run: (api, params, call) => api.records.exportFile(params, call)
})

export const recordImport = method({
  name: 'record.import',
  access: 'control',
  summary: 'Takes over signed records, each judged as one that a peer sends.',
  params: schema.recordImportParams,
  result: schema.recordImportResult,
  errors: ['NOT_READY', 'INVALID_ARGUMENT', 'STORAGE_FULL'],
  examples: [
    {
      params: { records: ['CiQIARIg', 'CiQI'] },
      result: { outcomes: [{ digest: HASH }, { code: 'RECORD_MALFORMED' }] }
    }
  ],
  run: (api, params, call) => api.records.importFile(params, call)
})
