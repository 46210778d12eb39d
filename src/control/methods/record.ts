import { fromUtf8, parseText, toBase64url, utf8 } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
import { type CallContext, method } from '../method.ts'
import * as schema from '../schemas.ts'
import { NODE_ID, OTHER_NODE_ID, RECORD, TIME } from './samples.ts'

const READ_ERRORS = [
  'RECORD_NOT_FOUND',
  'RECORD_DELETED',
  'RECORD_HOLDERS_UNREACHABLE',
  'RECORD_KIND_UNKNOWN',
  'RECORD_KIND_RETIRED',
  'RECORD_READER_DENIED',
  'RECORD_NAME_INVALID',
  'RECORD_SEALED',
  'RECORD_SEAL_BROKEN',
  'METHOD_FORBIDDEN',
  'TIMEOUT'
] as const
const GOT = {
  ...RECORD,
  value: 'aGVsbG8',
  text: 'hello',
  signer: OTHER_NODE_ID,
  signedBy: 'alice/laptop',
  ageMs: 90_000,
  verifiedFrom: [OTHER_NODE_ID],
  isHeldHere: false,
  storedAt: TIME,
  holdersAsked: 1,
  answered: 1,
  isStale: false,
  conflict: false
}

export const recordPut = method({
  name: 'record.put',
  access: 'control',
  summary: 'Signs a record as this member and stores it here and at the closest nodes.',
  params: schema.recordPutParams,
  result: schema.recordPutResult,
  errors: [
    'NOT_READY',
    'INVALID_ARGUMENT',
    'RECORD_KIND_UNKNOWN',
    'RECORD_KIND_RETIRED',
    'RECORD_NAME_INVALID',
    'RECORD_OWNER_NEEDED',
    'RECORD_TOO_LARGE',
    'RECORD_LIFETIME_TOO_LONG',
    'RECORD_QUOTA_EXCEEDED',
    'AUTHORITY_ABSENT',
    'AUTHORITY_LOCKED',
    'RECORD_STALE',
    'RECORD_WRITER_DENIED',
    'RECORD_UNDER_REPLICATED',
    'RECORD_READERS_INVALID',
    'RECORD_READERS_TOO_MANY',
    'RECORD_READERS_DIFFER',
    'RECORD_SEALED',
    'STORAGE_FULL',
    'IDEMPOTENCY_CONFLICT'
  ],
  examples: [
    {
      params: { kind: 'note', name: 'greeting', text: 'hello' },
      result: {
        ...{ ...RECORD, copies: 2, quorum: 2 },
        acknowledgedBy: [NODE_ID, OTHER_NODE_ID],
        refused: [],
        pending: []
      }
    },
    {
      params: { kind: 'note', name: 'greeting', value: 'aGVsbG8', expectedVersion: 0 },
      result: {
        ...{ ...RECORD, copies: 2, quorum: 1 },
        acknowledgedBy: [NODE_ID],
        refused: [{ nodeId: OTHER_NODE_ID, code: 'STORAGE_FULL' }],
        pending: []
      }
    }
  ],
  run: (api, { value, text, ...params }, call) =>
    api.records.put({ ...params, value: bytesOf(value, text) }, call)
})

export const recordGet = method({
  name: 'record.get',
  access: 'observe',
  summary: 'Reads the newest verified version of a record.',
  params: schema.recordGetParams,
  result: schema.recordGetResult,
  errors: ['NOT_READY', ...READ_ERRORS, 'RECORD_OWNER_NEEDED', 'RECORD_STALE', 'TIMEOUT'],
  examples: [
    {
      params: { kind: 'note', name: 'greeting', owner: 'alice' },
      result: GOT
    }
  ],
  run: async (api, params, call) => {
    const read = await api.records.get(params, call)
    requireOwnSocket(call, read)
    return showValue(read)
  }
})

export const recordRemove = method({
  name: 'record.remove',
  access: 'control',
  summary: 'Deletes a record by a signed statement that outlives it.',
  params: schema.recordRemoveParams,
  result: schema.recordRemoveResult,
  errors: [
    'NOT_READY',
    'INVALID_ARGUMENT',
    'RECORD_NOT_FOUND',
    'RECORD_DELETED',
    'RECORD_KIND_UNKNOWN',
    'RECORD_KIND_RETIRED',
    'RECORD_NAME_INVALID',
    'RECORD_OWNER_NEEDED',
    'RECORD_STALE',
    'RECORD_WRITER_DENIED',
    'RECORD_UNDER_REPLICATED',
    'AUTHORITY_ABSENT',
    'AUTHORITY_LOCKED',
    'STORAGE_FULL',
    'IDEMPOTENCY_CONFLICT'
  ],
  examples: [
    {
      params: { kind: 'note', name: 'greeting' },
      result: {
        ...{ ...RECORD, version: 2, copies: 2, quorum: 2 },
        acknowledgedBy: [NODE_ID, OTHER_NODE_ID],
        refused: [],
        pending: []
      }
    }
  ],
  run: (api, params, call) => api.records.remove(params, call)
})

export const recordHistory = method({
  name: 'record.history',
  access: 'observe',
  summary: 'Reads every version of a record that is still kept, each verified.',
  params: schema.recordHistoryParams,
  result: schema.recordHistoryResult,
  errors: ['NOT_READY', 'INVALID_ARGUMENT', 'RECORD_OWNER_NEEDED', ...READ_ERRORS],
  examples: [
    {
      params: { kind: 'note', name: 'greeting', owner: 'alice' },
      result: {
        ...{ kind: 'note', owner: 'alice', name: 'greeting', holdersAsked: 1, answered: 1 },
        versions: [
          {
            ...{ version: 1, digest: RECORD.digest, deleted: false, opened: true },
            ...{ value: 'aGVsbG8', text: 'hello', signer: OTHER_NODE_ID },
            ...{ signedBy: 'alice/laptop', storedAt: TIME, expiresAt: RECORD.expiresAt },
            verifiedFrom: [OTHER_NODE_ID]
          }
        ]
      }
    }
  ],
  run: async (api, params, call) => {
    const read = await api.records.history(params, call)
    for (const version of read.versions) requireOwnSocket(call, version)
    return { ...read, versions: read.versions.map(showValue) }
  }
})

export const recordEntries = method({
  name: 'record.entries',
  access: 'observe',
  summary: 'Reads the newest verified entry of every writer of a dictionary.',
  params: schema.recordEntriesParams,
  result: schema.recordEntriesResult,
  errors: ['NOT_READY', 'INVALID_ARGUMENT', ...READ_ERRORS],
  examples: [
    {
      params: { kind: 'offer', name: 'coffee' },
      result: {
        ...{ kind: 'offer', name: 'coffee', holdersAsked: 1, answered: 1, complete: true },
        entries: [{ ...GOT, kind: 'offer', name: 'coffee' }]
      }
    }
  ],
  run: async (api, params, call) => {
    const read = await api.records.entries(params, call)
    return { ...read, entries: read.entries.map(showValue) }
  }
})

/** Who watches a node is no reader: what is sealed is shown to its owner, and by a token for it. */
function requireOwnSocket(
  { role }: CallContext,
  { readers }: { readonly readers?: unknown }
): void {
  if (readers === undefined || role !== 'observe') return
  throw new PeerageError('METHOD_FORBIDDEN', { reason: 'the value is sealed' })
}

function showValue<Valued extends { readonly value: Uint8Array }>({ value, ...record }: Valued) {
  const text = fromUtf8(value)
  return { ...record, value: toBase64url(value), ...(text === undefined ? {} : { text }) }
}

export const recordList = method({
  name: 'record.list',
  access: 'observe',
  summary: 'Lists the records that this node holds.',
  params: schema.recordListParams,
  result: schema.recordListResult,
  errors: ['NOT_READY'],
  examples: [
    {
      params: { kind: 'note' },
      result: {
        items: [{ ...RECORD, deleted: false, sealed: false, signer: OTHER_NODE_ID, bytes: 5 }],
        nextCursor: null
      }
    }
  ],
  run: (api, params, call) => api.records.list(params, call)
})

function bytesOf(value: string | undefined, text: string | undefined): Uint8Array {
  if (text !== undefined) {
    // A lone surrogate has no UTF-8: it would be stored as another character.
    if (!text.isWellFormed()) throw new PeerageError('INVALID_ARGUMENT', { argument: 'text' })
    return utf8(text)
  }
  const bytes = parseText(value ?? '', 'base64url')
  if (!bytes.ok) throw new PeerageError('INVALID_ARGUMENT', { argument: 'value' })
  return bytes.value
}
