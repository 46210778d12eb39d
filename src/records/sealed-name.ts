import { hmacSha256 } from '../crypto/digest.ts'
import { toHex, utf8 } from '../encoding/bytes.ts'
import { encodeVarint } from '../encoding/varint.ts'

export const NAME_KEY_BYTES = 32

const DOMAIN = 'peerage/sealed-name/v1'
/** 128 bits: nobody finds a second name of the same hash. */
const NAME_BYTES = 16

/**
 * The name under which a sealed record is stored: 32 hex characters, which only those compute who
 * have the name key, the same for all records of one member for one audience.
 */
export function sealedName(nameKey: Uint8Array, kind: string, name: string): string {
  const parts = [DOMAIN, kind, name].map(utf8)
  const mac = hmacSha256(nameKey, ...parts.flatMap((part) => [encodeVarint(part.length), part]))
  return toHex(mac.subarray(0, NAME_BYTES))
}
