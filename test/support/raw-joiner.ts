import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { NetworkId } from '../../src/identity/network-id.ts'
import { frontDeskNoise } from '../../src/overlay/front-desk-noise.ts'

export interface RawJoiner {
  readonly connection: Connection
  /** Resolves when the desk, or anybody, ended the connection. */
  readonly closed: Promise<unknown>
  stop(): Promise<void>
}

/** A host that speaks the handshake of a front desk and then whatever a test wants. */
export async function connectRaw(
  address: string,
  network: NetworkId,
  keyType: 'Ed25519' | 'secp256k1' = 'Ed25519',
  encrypter: Parameters<typeof createLibp2p>[0] = {}
): Promise<RawJoiner> {
  const libp2p: Libp2p = await createLibp2p({
    privateKey: await generateKeyPair(keyType as 'Ed25519'),
    transports: [tcp()],
    connectionEncrypters: [frontDeskNoise(network)],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    ...encrypter
  })
  try {
    const connection = await libp2p.dial(multiaddr(address))
    const closed = new Promise((resolve) => {
      connection.addEventListener('close', resolve, { once: true })
    })
    return { connection, closed, stop: async () => libp2p.stop() }
  } catch (error) {
    await libp2p.stop()
    throw error
  }
}
