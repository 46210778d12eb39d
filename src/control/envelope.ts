import { LIMITS } from '../limits.ts'
import { JSON_RPC, type RequestId, type RpcError, rpcErrorOf } from './rpc-error.ts'

export interface Request {
  /** Absent in a notification, which gets no answer. */
  readonly id?: RequestId
  readonly method: string
  readonly params: Readonly<Record<string, unknown>> | readonly unknown[]
}

export interface InvalidRequest {
  readonly id: RequestId
  readonly error: RpcError
}

const MEMBERS: readonly string[] = ['jsonrpc', 'id', 'method', 'params']

/** Checks one request object (JSON-RPC 2.0 §4); members that it does not define are refused. */
export function parseRequest(value: unknown): Request | InvalidRequest {
  if (!isRecord(value)) return invalid(null, 'not an object')
  const { id, method, params = {} } = value
  if (id !== undefined && !isRequestId(id)) return invalid(null, 'id')
  const echo = id ?? null
  if (value['jsonrpc'] !== '2.0') return invalid(echo, 'jsonrpc')
  if (typeof method !== 'string' || method === '' || method.length > LIMITS.rpcMethodLengthMax) {
    return invalid(echo, 'method')
  }
  if (!isRecord(params) && !Array.isArray(params)) return invalid(echo, 'params')
  if (Object.keys(value).some((member) => !MEMBERS.includes(member))) {
    return invalid(echo, 'unknown member')
  }
  return id === undefined ? { method, params } : { id, method, params }
}

/** Fractions and unsafe integers would not be echoed as they came; long text is refused. */
function isRequestId(id: unknown): id is RequestId {
  if (typeof id === 'string') return id.length <= LIMITS.rpcIdLengthMax
  return id === null || Number.isSafeInteger(id)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(id: RequestId, reason: string): InvalidRequest {
  return { id, error: rpcErrorOf('REQUEST_MALFORMED', { reason }, JSON_RPC.invalidRequest) }
}
