import { isLoopback, isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'

/**
 * The addresses worth telling others: public ones if there are any, else those of private networks,
 * else loopback. What a peer could not use would only describe the inside of our network (SR-PRV-1).
 */
export function announcedAddresses(addresses: readonly Multiaddr[]): Multiaddr[] {
  const reach = addresses.map(reachOf)
  const widest = Math.max(...reach)
  return addresses.filter((_, index) => reach[index] === widest)
}

function reachOf(address: Multiaddr): number {
  if (isLoopback(address)) return 0
  return isPrivate(address) ? 1 : 2
}
