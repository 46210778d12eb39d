import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { Connection, Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { LIMITS } from '../../src/limits.ts'
import { seededRandom } from './seeded-random.ts'

/** A libp2p host on loopback with the muxer settings of the overlay and without admission. */
export async function createPlainHost(seed: string): Promise<Libp2p> {
  return await createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', seededRandom(seed).bytes(32)),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        maxInboundStreams: LIMITS.streamsPerConnectionMax,
        streamOptions: {
          initialStreamWindowSize: LIMITS.streamWindowBytesInitial,
          maxStreamWindowSize: LIMITS.streamWindowBytesMax,
          maxReadBufferLength: LIMITS.streamReadBufferBytesMax,
          maxWriteBufferLength: LIMITS.streamWriteBufferBytesMax
        }
      })
    ],
    connectionMonitor: { enabled: false },
    connectionManager: { inboundConnectionThreshold: 1000, maxIncomingPendingConnections: 1000 }
  })
}

export async function connectHosts(from: Libp2p, to: Libp2p): Promise<Connection> {
  const [address] = to.getMultiaddrs()
  if (address === undefined) throw new Error('the host does not listen')
  return await from.dial(address)
}
