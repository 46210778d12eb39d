import * as z from 'zod'
import type { Brand } from '../encoding/brand.ts'
import { parseText, toBase32 } from '../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'

/**
 * The name of a network: the RFC 9162 leaf hash of its genesis entry, which is also the root of
 * its trust log at size one, in lowercase base32 (RFC 4648 §6) without padding.
 */
export type NetworkId = Brand<string, 'NetworkId'>

const HASH_BYTES = 32
const TEXT_LENGTH = 52

export function networkIdOf(genesisHash: Uint8Array): NetworkId {
  if (genesisHash.length !== HASH_BYTES) throw new RangeError('a network id has 32 bytes')
  return toBase32(genesisHash) as NetworkId
}

/** Checks the text of a network id. Fault: `INVALID_ARGUMENT`. */
export function parseNetworkId(text: string): Verdict<NetworkId, 'INVALID_ARGUMENT'> {
  return isNetworkId(text)
    ? accept(text as NetworkId)
    : refuse('INVALID_ARGUMENT', { network: text.slice(0, TEXT_LENGTH) })
}

export const networkIdSchema = z.custom<NetworkId>(
  (value) => typeof value === 'string' && isNetworkId(value),
  { error: 'expected a network id' }
)

/** A node hears of hardly any network but its own, and of that in every record. */
let lastFound: string | undefined

function isNetworkId(text: string): boolean {
  if (text === lastFound) return true
  if (text.length !== TEXT_LENGTH) return false
  const decoded = parseText(text, 'base32')
  if (!decoded.ok || decoded.value.length !== HASH_BYTES) return false
  lastFound = text
  return true
}
