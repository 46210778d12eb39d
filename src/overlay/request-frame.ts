import * as z from 'zod'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesUpTo, unsigned } from '../encoding/schema.ts'
import type { Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import { encodeFrame } from './frames.ts'

/** Status of every request, and of an answer that carries a response. */
export const STATUS_OK = 0

/** One request or answer on a persistent stream (docs/protocol/requests.md). */
export interface RequestFrame {
  /** Chosen by the asker; an answer repeats it. */
  readonly id: number
  /** `STATUS_OK`, or in an answer the number of an error. */
  readonly status: number
  /** The message in CBOR; empty in a refusal. */
  readonly body: Uint8Array
}

const STATUS_MAX = 0xffff

export function encodeRequestFrame({ id, status, body }: RequestFrame): Uint8Array {
  return encodeFrame(encodeCbor([id, status, body]))
}

export function frameBytesMax(bodyBytesMax: number): number {
  return bodyBytesMax + LIMITS.frameOverheadBytesMax
}

type Parse = (bytes: Uint8Array) => Verdict<RequestFrame, 'MESSAGE_TOO_LARGE' | 'MESSAGE_MALFORMED'>

/** Parses frames without their length prefix; `bodyBytesMax` bounds the body alone. */
export function createFrameParser(bodyBytesMax: number): Parse {
  const schema = z
    .tuple([unsigned, z.number().int().min(0).max(STATUS_MAX), bytesUpTo(bodyBytesMax)])
    .transform(([id, status, body]): RequestFrame => ({ id, status, body }))
  return (bytes) => decodeCbor(bytes, schema, frameBytesMax(bodyBytesMax))
}
