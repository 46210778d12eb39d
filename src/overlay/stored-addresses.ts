import { RecentMap } from '../encoding/recent-map.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'

/**
 * Which addresses the peer store of libp2p keeps of a member. Peers name addresses of each other,
 * which nobody verifies, and the store merges whatever comes (CVE-2023-40583 of another stack). Of
 * a member whose signed addresses are known it keeps those; of another the first that came, as many
 * as a signed record may have.
 */
export class StoredAddresses {
  readonly #signedOf: (nodeId: NodeId) => readonly string[]
  /** Unsigned ones. */
  readonly #heard = new RecentMap<NodeId, Set<string>>(LIMITS.trackedAddressesMax)

  /** `signedOf`: as text, without `/p2p/`. */
  constructor(signedOf: (nodeId: NodeId) => readonly string[]) {
    this.#signedOf = signedOf
  }

  /** Asked for each address whenever something about its node is stored. */
  mayKeep(nodeId: NodeId, address: string): boolean {
    const signed = this.#signedOf(nodeId)
    if (signed.length > 0) {
      this.#heard.delete(nodeId)
      return signed.includes(address)
    }
    const heard = this.#heard.get(nodeId) ?? new Set()
    if (!heard.has(address) && heard.size >= LIMITS.addressesPerPeerMax) return false
    heard.add(address)
    this.#heard.set(nodeId, heard)
    return true
  }
}
