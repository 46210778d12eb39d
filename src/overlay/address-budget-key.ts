import type { Multiaddr } from '@multiformats/multiaddr'
import { toHex } from '../encoding/bytes.ts'

const IP4 = 4
const IP6 = 41
/** ::ffff:0:0/96, an IPv4 address seen through a dual-stack socket (RFC 4291 §2.5.5.2). */
const MAPPED = '00000000000000000000ffff'

/**
 * What counts as one origin when connections are limited: an IPv4 address, or the /64 of an IPv6
 * address, since every customer of a provider has at least that many addresses (RFC 6177). All
 * other origins share one budget.
 */
export function addressBudgetKey(address: Multiaddr): string {
  const bytes = address.bytes
  if (bytes[0] === IP4) return toHex(bytes.subarray(1, 5))
  if (bytes[0] !== IP6) return 'other'
  const ip = toHex(bytes.subarray(1, 17))
  return ip.startsWith(MAPPED) ? ip.slice(MAPPED.length) : ip.slice(0, 16)
}

/** Origins that one party is likely to hold together: an IPv4 /24, an IPv6 /48 (a site, RFC 6177). */
export function addressGroupKey(address: Multiaddr): string {
  const key = addressBudgetKey(address)
  return key.length === 8 ? key.slice(0, 6) : key.slice(0, 12)
}
