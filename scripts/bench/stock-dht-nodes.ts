import assert from 'node:assert/strict'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import { kadDHT } from '@libp2p/kad-dht'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { utf8 } from '../../src/encoding/bytes.ts'
import type { RecordNode } from './records-worker.ts'

/** js-libp2p with kad-dht as it comes, but that it takes loopback addresses and any value. */
export async function createStockNode() {
  return await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    // All come from one address here.
    connectionManager: { inboundConnectionThreshold: 10_000, maxIncomingPendingConnections: 1000 },
    connectionGater: { denyDialMultiaddr: () => false },
    services: {
      identify: identify(),
      ping: ping(),
      dht: kadDHT({
        protocol: '/bench/kad/1.0.0',
        clientMode: false,
        peerInfoMapper: (peer) => peer,
        validators: { bench: async () => {} },
        selectors: { bench: (_key, records) => newestOf(records) }
      })
    }
  })
}

export type StockNode = Awaited<ReturnType<typeof createStockNode>>

/** The node of this index; all begin with the first one. */
export function createStockNodeOf(index: number): RecordNode {
  let started: StockNode | undefined
  const node = () => {
    assert.ok(started !== undefined)
    return started
  }
  const keyOf = (owner: number, name: string) => utf8(`/bench/${owner}-${name}`)
  return {
    async start(known) {
      started = await createStockNode()
      for (const address of known) await started.dial(multiaddr(address))
      return String(started.getMultiaddrs()[0])
    },
    meet() {},
    async put(name, value) {
      await node().contentRouting.put(keyOf(index, name), value)
    },
    async get(name) {
      return (await node().contentRouting.get(keyOf(0, name))).length
    }
  }
}

/** The first byte of a value is its version. */
function newestOf(records: readonly Uint8Array[]): number {
  const versions = records.map((record) => record[0] ?? 0)
  return versions.indexOf(Math.max(...versions))
}
