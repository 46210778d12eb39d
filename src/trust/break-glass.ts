import * as z from 'zod'
import { DOMAINS } from '../crypto/domains.ts'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { openEnvelope, sealEnvelope } from '../crypto/envelope.ts'
import { parseText, toBase64url } from '../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { readJsonFile } from '../encoding/json-file.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NetworkId, networkIdSchema } from '../identity/network-id.ts'
import { type NodeId, nodeIdOf } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'

const breakGlassSchema = z.strictObject({ version: z.literal(1), network: networkIdSchema })

/**
 * A node says that it is to be revoked: signed in advance by its own key, kept on paper, and used
 * by whoever finds the node stolen. Nothing of it depends on when it is used.
 */
export interface BreakGlass {
  /** Who has signed, and is revoked by it. */
  readonly nodeId: NodeId
  /** As signed: what is stored and passed on. */
  readonly bytes: Uint8Array
}

export function sealBreakGlass(network: NetworkId, key: PrivateKey): Uint8Array {
  return sealEnvelope(DOMAINS.breakGlass, encodeCbor({ version: 1, network }), key)
}

/**
 * Reads a statement from anywhere; only the node itself can have signed it.
 *
 * Faults: `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`, `WRONG_NETWORK`.
 */
export function openBreakGlass(bytes: Uint8Array, network: NetworkId): Verdict<BreakGlass> {
  const bytesMax = LIMITS.breakGlassBytesMax
  if (bytes.length > bytesMax) return refuse('MESSAGE_TOO_LARGE', { bytes: bytes.length, bytesMax })
  const opened = openEnvelope(DOMAINS.breakGlass, bytes)
  if (!opened.ok) return opened
  const decoded = decodeCbor(opened.value.payload, breakGlassSchema, bytesMax)
  if (!decoded.ok) return decoded
  if (decoded.value.network !== network) return refuse('WRONG_NETWORK')
  return accept({ nodeId: nodeIdOf(opened.value.signer), bytes })
}

export const BREAK_GLASS_FORMAT = 'peerage-break-glass/1'

const fileSchema = z.strictObject({
  format: z.literal(BREAK_GLASS_FORMAT),
  statement: z.string().max(Math.ceil((LIMITS.breakGlassBytesMax * 4) / 3))
})

/** One short line, so that it can be printed and typed again. */
export function writeBreakGlassFile(statement: Uint8Array): string {
  return `${JSON.stringify({ format: BREAK_GLASS_FORMAT, statement: toBase64url(statement) })}\n`
}

/** The statement in a file, not opened yet. Faults: `FILE_DAMAGED`, `FILE_OTHER`, `FILE_NEWER`. */
export function readBreakGlassFile(bytes: Uint8Array): Verdict<Uint8Array> {
  const file = readJsonFile(bytes, BREAK_GLASS_FORMAT, fileSchema)
  if (!file.ok) return file
  const statement = parseText(file.value.statement, 'base64url')
  return statement.ok ? statement : refuse('FILE_DAMAGED', { expected: BREAK_GLASS_FORMAT })
}
