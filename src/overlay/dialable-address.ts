import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'

const HOSTS: readonly string[] = ['ip4', 'ip6', 'dns', 'dns4', 'dns6']

/**
 * Whether this node would ever dial the address: a host, a TCP port other than 0 and at most a peer
 * id, in `LIMITS.addressBytesMax`. No relay, no name service of libp2p, no Unix path: nothing that
 * would make somebody else's address run something other than one TCP connection.
 */
export function isDialable(address: Multiaddr): boolean {
  if (address.bytes.length > LIMITS.addressBytesMax) return false
  const [host, port, peer, ...rest] = address.getComponents()
  if (host === undefined || port === undefined || rest.length > 0) return false
  if (!HOSTS.includes(host.name) || port.name !== 'tcp' || port.value === '0') return false
  return peer === undefined || peer.name === 'p2p'
}

/** The node id at the end of the address, if it has one. */
export function peerOfAddress(address: Multiaddr): string | undefined {
  return address.getComponents().findLast((component) => component.name === 'p2p')?.value
}

/**
 * Reads an address at which `nodeId` is to be reached; the id is appended when it is not there.
 *
 * Fault: `ADDRESS_INVALID`, also for an address that names another node.
 */
export function parseDialAddress(
  text: string,
  nodeId: NodeId
): Verdict<Multiaddr, 'ADDRESS_INVALID'> {
  const address = parseMultiaddr(text)
  if (address === undefined || !isDialable(address)) return refuse('ADDRESS_INVALID')
  const peer = peerOfAddress(address)
  if (peer === undefined) return accept(address.encapsulate(`/p2p/${nodeId}`))
  return peer === nodeId ? accept(address) : refuse('ADDRESS_INVALID', { part: 'p2p' })
}

function parseMultiaddr(text: string): Multiaddr | undefined {
  try {
    return multiaddr(text)
  } catch {
    // Thrown for nothing but text that is no multiaddr, which is this function's answer.
    return undefined
  }
}
