import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { HASH, LATER, NODE_ID, OTHER_NODE_ID, TIME } from './samples.ts'

const WANTED = { kind: 'note', name: 'greeting' }
const FOUND = { ...WANTED, owner: 'alice' }
const ERRORS = [
  'NOT_READY',
  'INVALID_ARGUMENT',
  'RECORD_KIND_UNKNOWN',
  'RECORD_KIND_RETIRED',
  'RECORD_NAME_INVALID',
  'RECORD_OWNER_NEEDED'
] as const

export const recordReceipts = method({
  name: 'record.receipts',
  access: 'observe',
  summary: 'Shows what holders have signed for a record that this node wrote.',
  params: schema.recordReceiptsParams,
  result: schema.recordReceiptsResult,
  errors: ERRORS,
  examples: [
    {
      params: WANTED,
      result: {
        ...FOUND,
        receipts: [
          {
            ...{ nodeId: OTHER_NODE_ID, signedBy: 'bob/shop', version: 1, digest: HASH },
            ...{ storedAt: TIME, until: LATER, receipt: 'CiQIARIg' }
          }
        ]
      }
    }
  ],
  run: (api, params, call) => api.records.receipts(params, call)
})

export const recordHolders = method({
  name: 'record.holders',
  access: 'observe',
  summary: 'Asks every node that is to hold a record what it has of it.',
  params: schema.recordHoldersParams,
  result: schema.recordHoldersResult,
  errors: [...ERRORS, 'RECORD_READER_DENIED', 'TIMEOUT'],
  examples: [
    {
      params: { ...WANTED, owner: 'alice' },
      result: {
        ...{ ...FOUND, copies: 2, have: 1, version: 3 },
        holders: [
          { nodeId: NODE_ID, node: 'alice/laptop', version: 3, isComputed: true },
          {
            ...{ nodeId: OTHER_NODE_ID, node: 'bob/shop', version: 0 },
            ...{ code: 'PEER_UNREACHABLE', isComputed: false }
          }
        ]
      }
    }
  ],
  run: (api, params, call) => api.records.holders(params, call)
})

export const recordRepair = method({
  name: 'record.repair',
  access: 'control',
  summary: 'Compares everything here with the other holders, and brings them what they lack.',
  params: schema.recordRepairParams,
  result: schema.recordRepairResult,
  errors: ['NOT_READY', 'TIMEOUT'],
  examples: [
    { params: {}, result: { records: 12, compared: 3, differing: 1, restored: 2, failed: 0 } }
  ],
  run: (api, _params, call) => api.records.repair(call)
})
