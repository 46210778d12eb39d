import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import type { PrivateKey } from '../../src/crypto/ed25519.ts'
import { concatBytes } from '../../src/encoding/bytes.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { routingDht } from '../../src/overlay/dht.ts'
import { connectionBounds, muxerBounds } from '../../src/overlay/host-settings.ts'

/**
 * What js-libp2p does without us: the services and bounds of the overlay's host, and none of its
 * admission (plain Noise, no gate, the transport and the muxer as they come).
 */
export async function createPlainHost(key: PrivateKey): Promise<Libp2p> {
  return await createLibp2p({
    privateKey: privateKeyFromRaw(concatBytes([key.exportSeed(), key.publicKey.bytes])),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux(muxerBounds())],
    connectionManager: connectionBounds(),
    connectionMonitor: { enabled: false },
    connectionGater: {},
    services: {
      identify: identify(),
      ping: ping(),
      dht: routingDht({
        self: nodeIdOf(key.publicKey),
        isMember: () => true,
        isAsked: () => true,
        onFault() {}
      })
    }
  })
}
