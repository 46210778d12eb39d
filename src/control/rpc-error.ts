import { ERRORS, type ErrorCode, type PeerageError } from '../errors.ts'

/** Null only where the sender chose it, as JSON-RPC 2.0 §4 allows. */
export type RequestId = string | number | null

/** The error object of JSON-RPC 2.0 §5.1. */
export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Numbers that JSON-RPC reserves for itself; every other error has its number in the one table. */
export const JSON_RPC = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603
} as const

/** `number` replaces the one of the table where JSON-RPC itself defines the error. */
export function rpcErrorOf(
  code: ErrorCode,
  details: Readonly<Record<string, unknown>> = {},
  number: number = ERRORS[code].number
): RpcError {
  const { text, layer, hint, retryable } = ERRORS[code]
  return { code: number, message: text, data: { ...details, code, layer, hint, retryable } }
}

/** The stack and the cause stay here: only the code and its details are told. */
export function toRpcError(error: PeerageError): RpcError {
  return rpcErrorOf(error.code, error.details)
}

/** One line without its line feed. */
export function encodeError(id: RequestId, error: RpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error })
}
