import { PeerageError } from '../errors.ts'
import { parseNodeId } from '../identity/node-id.ts'
import type { AnchorStore } from '../overlay/anchors.ts'
import type { Candidate } from '../overlay/peering.ts'
import type { SettingsStore } from '../storage/settings-store.ts'
import { parseList } from './settled-addresses.ts'

/** What this node wrote itself; a node id that is none counts as absent. */
export function anchorStore(settings: SettingsStore): AnchorStore {
  return {
    load: () =>
      parseList(settings.get('anchors')).flatMap((text) => {
        const nodeId = parseNodeId(text)
        return nodeId.ok ? [nodeId.value] : []
      }),
    save: (anchors) => settings.set('anchors', JSON.stringify(anchors))
  }
}

/** Addresses end in `/p2p/` and a node id; one that does not was not written by this node. */
export function bootstrapCandidates(addresses: readonly string[]): readonly Candidate[] {
  const byNode = new Map<Candidate['nodeId'], string[]>()
  for (const address of addresses) {
    const nodeId = parseNodeId(address.slice(address.lastIndexOf('/') + 1))
    if (!nodeId.ok) throw new PeerageError('STORAGE_DAMAGED', { part: 'bootstrap' })
    byNode.set(nodeId.value, [...(byNode.get(nodeId.value) ?? []), address])
  }
  return [...byNode].map(([nodeId, list]) => ({ nodeId, addresses: list }))
}
