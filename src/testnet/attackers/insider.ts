import { yamux } from '@chainsafe/libp2p-yamux'
import type { Connection, Libp2p, MessageStream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { Lifecycle } from '../../daemon/lifecycle.ts'
import { openNode } from '../../daemon/open-node.ts'
import { silentLogger } from '../../log.ts'
import { encodeHello, judgeHello } from '../../overlay/admission.ts'
import { CERTIFIED_NOISE, certifiedNoise } from '../../overlay/certified-noise.ts'
import { eagerSelection } from '../../overlay/eager-selection.ts'
import { libp2pKeyOf } from '../../overlay/libp2p-identity.ts'
import { systemClock } from '../../time/clock.ts'
import { systemScheduler } from '../../time/scheduler.ts'
import { requireLoopback } from './attack.ts'

/** A member whose node keeps no rule: the handshake is real, everything after it is the attack's. */
export interface Insider {
  readonly host: Libp2p
  /** A new connection to the victim. Throws when it is refused. */
  connect(): Promise<Link>
  end(): Promise<void>
}

export interface Link {
  readonly connection: Connection
  /** What the muxer writes to: raw frames go in here. */
  readonly wire: MessageStream
  /** From now on the muxer of the attacker hears nothing: answers would end it. */
  deafen(): void
}

export async function openInsider(home: string, target: string): Promise<Insider> {
  requireLoopback(target)
  const lifecycle = new Lifecycle(silentLogger)
  const init = {
    directory: home,
    passphrase: undefined,
    authorityPassphrase: undefined,
    clock: systemClock,
    scheduler: systemScheduler
  }
  const { key, log, certificate } = await openNode(init, lifecycle)
  let wire: MessageStream | undefined
  let deafen = () => {}
  const host = await createLibp2p({
    privateKey: libp2pKeyOf(key),
    addresses: { listen: [] },
    transports: [tcp()],
    connectionProtector: () => eagerSelection(CERTIFIED_NOISE),
    connectionEncrypters: [
      certifiedNoise({
        network: log.network,
        scheduler: systemScheduler,
        hello: () =>
          encodeHello({
            certificate: certificate.current().bytes,
            checkpoint: log.head().bytes
          }),
        judge: (peer, hello) => judgeHello(log, peer, hello, { now: systemClock.now() }),
        onStarted() {},
        mayBegin: () => true,
        onAdmitted() {},
        onRefused() {}
      })
    ],
    streamMuxers: [
      () => {
        const factory = yamux({ enableKeepAlive: false })()
        return {
          protocol: factory.protocol,
          createStreamMuxer(connection) {
            wire = connection
            const muxer = factory.createStreamMuxer(connection)
            deafen = () => Object.assign(muxer, { onData() {} })
            return muxer
          }
        }
      }
    ],
    connectionMonitor: { enabled: false }
  })
  lifecycle.started('host', async () => host.stop())
  return {
    host,
    async connect() {
      const connection = await host.dial(multiaddr(target), { force: true })
      if (wire === undefined) throw new Error('a connection without a muxer')
      return { connection, wire, deafen }
    },
    end: async () => lifecycle.stopAll()
  }
}

/** A yamux header: type, flags, stream id, length. */
export function muxerFrame(
  type: number,
  flags: number,
  streamId: number,
  length: number
): Uint8Array {
  const view = new DataView(new ArrayBuffer(12))
  view.setUint8(1, type)
  view.setUint16(2, flags)
  view.setUint32(4, streamId)
  view.setUint32(8, length)
  return new Uint8Array(view.buffer)
}

export const FRAME = { data: 0, windowUpdate: 1, ping: 2, syn: 1, reset: 8 } as const
