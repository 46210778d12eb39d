import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { NETWORK_ID, OTHER_NODE_ID, TIME } from './samples.ts'

const REPORT = {
  id: '5e'.repeat(32),
  code: 'RECORD_EQUIVOCATION',
  accused: OTHER_NODE_ID,
  member: 'mallory',
  node: 'laptop',
  heardAt: TIME
}

export const reportList = method({
  name: 'report.list',
  access: 'observe',
  summary: 'Lists the proofs of misbehavior that this node has verified, oldest first.',
  params: schema.reportListParams,
  result: schema.reportListResult,
  errors: ['NOT_READY', 'INVALID_ARGUMENT'],
  examples: [{ params: {}, result: { items: [REPORT], nextCursor: null } }],
  run: (api, params, call) => api.reports.list(params, call)
})

export const reportShow = method({
  name: 'report.show',
  access: 'observe',
  summary: 'Shows a proof of misbehavior with the statements that it consists of.',
  params: schema.reportParams,
  result: schema.reportShowResult,
  errors: ['NOT_READY', 'NOT_FOUND'],
  examples: [
    {
      params: { report: '5e5e5e5e' },
      result: {
        ...REPORT,
        message: 'One key signed two contents under one version of a record.',
        statements: [
          { digest: `sha256:${'11'.repeat(32)}`, bytes: 'AAAA' },
          { digest: `sha256:${'22'.repeat(32)}`, bytes: 'AAAB' }
        ]
      }
    }
  ],
  run: (api, params, call) => api.reports.show(params, call)
})

export const reportExport = method({
  name: 'report.export',
  access: 'observe',
  summary: 'Makes a proof of misbehavior that anybody verifies without a node.',
  params: schema.reportParams,
  result: schema.reportExportResult,
  errors: ['NOT_READY', 'NOT_FOUND', 'STORAGE_DAMAGED'],
  examples: [
    {
      params: { report: '5e5e5e5e' },
      result: { format: 'peerage-misbehavior-report/1', network: NETWORK_ID }
    }
  ],
  run: (api, params, call) => api.reports.export(params, call)
})

export const reportSubmit = method({
  name: 'report.submit',
  access: 'control',
  summary: 'Verifies a proof of misbehavior, acts on it, and tells every member.',
  params: schema.reportSubmitParams,
  result: schema.reportSubmitResult,
  errors: [
    'NOT_READY',
    'NODE_UNKNOWN',
    'EVIDENCE_INVALID',
    'MESSAGE_MALFORMED',
    'MESSAGE_TOO_LARGE'
  ],
  examples: [{ params: { report: 'AAAA' }, result: { ...REPORT, isNew: true } }],
  run: (api, params, call) => api.reports.submit(params, call)
})
