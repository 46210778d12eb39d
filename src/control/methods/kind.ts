import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { HASH, TIME } from './samples.ts'

const KIND = {
  kind: 'offer',
  model: 'dictionary',
  writers: { by: 'groups', names: ['traders'] },
  readers: { by: 'network' },
  valueBytesMax: 4096,
  recordsMax: 100,
  lifetimeMs: 86_400_000,
  versionsKept: 4,
  copies: 8,
  quorum: 2,
  ofRevoked: 'drop'
} as const
const SHOWN = { ...KIND, writers: { by: 'groups' as const, names: ['traders'] } }
const RECEIPT = {
  dryRun: false,
  index: 4,
  excluded: [],
  restored: [],
  trust: { size: 5, root: HASH }
}
const DECISION_ERRORS = [
  'NOT_READY',
  'AUTHORITY_ABSENT',
  'AUTHORITY_LOCKED',
  'CLOCK_BACKWARD',
  'IDEMPOTENCY_CONFLICT'
] as const

export const kindList = method({
  name: 'kind.list',
  access: 'observe',
  summary: 'Lists the kinds of records, the built-in and the retired ones included.',
  params: schema.kindListParams,
  result: schema.kindListResult,
  errors: ['NOT_READY'],
  examples: [
    {
      params: {},
      result: {
        items: [{ ...SHOWN, origin: 'declared', declaredAt: TIME, index: 4 }],
        nextCursor: null
      }
    }
  ],
  run: (api, params, call) => api.kinds.list(params, call)
})

export const kindShow = method({
  name: 'kind.show',
  access: 'observe',
  summary: 'Shows one kind of records: who may write and read it, and its bounds.',
  params: schema.kindShowParams,
  result: schema.kindShowResult,
  errors: ['NOT_READY', 'KIND_UNKNOWN'],
  examples: [
    {
      params: { kind: 'offer' },
      result: { ...SHOWN, origin: 'declared', declaredAt: TIME, index: 4 }
    }
  ],
  run: (api, params, call) => api.kinds.show(params, call)
})

export const kindDefine = method({
  name: 'kind.define',
  access: 'control',
  summary: 'Declares a kind of records in the trust log, or declares it anew.',
  params: schema.kindDefineParams,
  result: schema.kindDefineResult,
  errors: [...DECISION_ERRORS, 'KIND_MODEL_CHANGED', 'INVALID_ARGUMENT'],
  examples: [
    {
      params: {
        kind: 'offer',
        model: 'dictionary',
        writers: { by: 'groups', names: ['traders'] },
        valueBytesMax: 4096,
        recordsMax: 100,
        lifetimeMs: 86_400_000,
        versionsKept: 4,
        quorum: 3
      },
      result: { ...SHOWN, ...RECEIPT }
    }
  ],
  run: (api, params, call) => api.kinds.define(params, call)
})

export const kindRetire = method({
  name: 'kind.retire',
  access: 'control',
  summary: 'Retires a kind: nothing of it is stored or served until it is defined again.',
  params: schema.kindRetireParams,
  result: schema.kindRetireResult,
  errors: [...DECISION_ERRORS, 'KIND_UNKNOWN', 'KIND_RETIRED', 'INVALID_ARGUMENT'],
  examples: [{ params: { kind: 'offer' }, result: { kind: 'offer', ...RECEIPT } }],
  run: (api, params, call) => api.kinds.retire(params, call)
})
