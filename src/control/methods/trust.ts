import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import {
  FINGERPRINT,
  FRESHNESS,
  HASH,
  NETWORK_ID,
  NODE_ID,
  OTHER_NODE_ID,
  TIME
} from './samples.ts'

export const trustHead = method({
  name: 'trust.head',
  access: 'observe',
  summary: 'Shows the newest signed checkpoint of the trust log.',
  params: schema.noParams,
  result: schema.trustHeadResult,
  errors: ['NOT_READY'],
  examples: [
    {
      params: {},
      result: {
        network: NETWORK_ID,
        size: 4,
        root: HASH,
        time: TIME,
        checkpointAgeMs: 12_000,
        freshness: FRESHNESS,
        signer: FINGERPRINT,
        checkpoint: 'CkQ',
        genesis: 'CkQ'
      }
    }
  ],
  run: (api, _params, call) => api.trust.head(call)
})

export const trustEntries = method({
  name: 'trust.entries',
  access: 'observe',
  summary: 'Lists entries of the trust log in order, with the signed bytes of each.',
  params: schema.trustEntriesParams,
  result: schema.trustEntriesResult,
  errors: ['NOT_READY', 'TRUST_ENTRY_NOT_FOUND'],
  examples: [
    {
      params: { from: 1, limit: 1 },
      result: {
        items: [
          {
            index: 1,
            time: TIME,
            type: 'member-added',
            hash: HASH,
            signer: FINGERPRINT,
            entry: 'CkQ',
            member: 'alice',
            groups: ['staff']
          }
        ],
        nextCursor: '2'
      }
    }
  ],
  run: (api, params, call) => api.trust.entries(params, call)
})

export const trustAcks = method({
  name: 'trust.acks',
  access: 'observe',
  summary: 'Says which nodes have applied an entry of the trust log, by their signed word.',
  params: schema.trustAcksParams,
  result: schema.trustAcksResult,
  errors: ['NOT_READY', 'TRUST_ENTRY_NOT_FOUND'],
  examples: [
    {
      params: { index: 4 },
      result: {
        index: 4,
        applied: [{ nodeId: NODE_ID, node: 'hq', member: 'office', time: TIME }],
        missing: [{ nodeId: OTHER_NODE_ID, node: 'laptop', member: 'alice', lastAck: TIME }]
      }
    }
  ],
  run: (api, params, call) => api.trust.acks(params, call)
})

export const trustExport = method({
  name: 'trust.export',
  access: 'observe',
  summary: 'Proves one entry of the trust log, and who has applied it, to somebody without a node.',
  params: schema.trustExportParams,
  result: schema.trustExportResult,
  errors: ['NOT_READY', 'TRUST_ENTRY_NOT_FOUND', 'STORAGE_DAMAGED'],
  examples: [
    {
      params: { index: 4 },
      result: { format: 'peerage-trust-proof/1', network: NETWORK_ID }
    }
  ],
  run: (api, params, call) => api.trust.export(params, call)
})

export const trustImport = method({
  name: 'trust.import',
  access: 'control',
  summary: 'Takes over what a file has more than the log of this node; it spreads from here.',
  params: schema.trustImportParams,
  result: schema.trustImportResult,
  errors: [
    'NOT_READY',
    'INVALID_ARGUMENT',
    'WRONG_NETWORK',
    'TRUST_FILE_GAP',
    'FILE_DAMAGED',
    'TRUST_FORK',
    'TRUST_SIGNER_NOT_ENTITLED',
    'TRUST_ENTRY_INVALID',
    'SIGNATURE_INVALID'
  ],
  examples: [
    {
      params: { network: NETWORK_ID, genesis: 'CkQ', checkpoint: 'CkQ', from: 4, entries: ['CkQ'] },
      result: { added: 1, trust: { size: 5, root: HASH } }
    }
  ],
  run: (api, params, call) => api.trust.import(params, call)
})
