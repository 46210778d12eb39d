import type { Connection, Libp2p } from '@libp2p/interface'
import { accept, type Refused, refuse, type Verdict } from '../encoding/verdict.ts'
import type { ErrorCode } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import { deadline } from '../time/deadline.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { CertifiedPeer } from './certified-peers.ts'
import { keptConnection } from './kept-connection.ts'
import { attempt } from './libp2p-error.ts'
import { nodeIdOfPeer, peerIdOf } from './libp2p-identity.ts'
import type { Protocol } from './protocol.ts'
import { isViolation, RequestChannel } from './request-channel.ts'

export interface RequestChannelsComponents {
  readonly libp2p: Pick<Libp2p, 'peerId' | 'getConnections'>
  readonly certified: { get(nodeId: NodeId): CertifiedPeer | undefined }
  readonly scheduler: Scheduler
  readonly report: (nodeId: NodeId, protocolId: string, code: ErrorCode) => void
}

export type ChannelProtocol = Pick<Protocol<unknown, unknown>, 'id' | 'responseBytesMax'>

interface Opening {
  readonly connection: Connection
  /** Never rejects. */
  readonly channel: Promise<Verdict<RequestChannel>>
}

/** The asking ends of streams to all peers: at most one in use for each peer and protocol. */
export class RequestChannels {
  readonly #components: RequestChannelsComponents
  readonly #openings = new Map<string, Opening>()
  readonly #channels = new Set<RequestChannel>()
  #isStopped = false

  constructor(components: RequestChannelsComponents) {
    this.#components = components
  }

  /**
   * The open channel or the one being opened; a new one when the connection that stays between the
   * two nodes is another one now. The old channel ends with its connection.
   */
  channelTo(nodeId: NodeId, protocol: ChannelProtocol): Promise<Verdict<RequestChannel>> | Refused {
    const connection = this.#connectionTo(nodeId)
    if (connection === undefined) return refuse('PEER_NOT_CONNECTED')
    const key = `${nodeId} ${protocol.id}`
    const known = this.#openings.get(key)
    if (known?.connection === connection) return known.channel
    const opening = { connection, channel: this.#open(nodeId, protocol, connection) }
    this.#openings.set(key, opening)
    void this.#forgetWhenEnded(key, opening)
    return opening.channel
  }

  /** Ends every channel; requests under way fail with `CONNECTION_CLOSED`. */
  stop(): void {
    this.#isStopped = true
    for (const channel of this.#channels) channel.end('CONNECTION_CLOSED')
  }

  #connectionTo(nodeId: NodeId): Connection | undefined {
    const { libp2p, certified } = this.#components
    const self = nodeIdOfPeer(libp2p.peerId)
    if (this.#isStopped || self === undefined || certified.get(nodeId) === undefined) {
      return undefined
    }
    return keptConnection(self, nodeId, libp2p.getConnections(peerIdOf(nodeId)))
  }

  async #open(
    nodeId: NodeId,
    protocol: ChannelProtocol,
    connection: Connection
  ): Promise<Verdict<RequestChannel>> {
    const { scheduler, report } = this.#components
    // Its own deadline: the stream is for everybody, not only for who asked first.
    const limit = deadline(scheduler, LIMITS.requestMs)
    const opened = await attempt(async () =>
      connection.newStream([protocol.id], { signal: limit.signal })
    )
    limit.release()
    if (!opened.ok) return limit.signal.aborted ? refuse('TIMEOUT') : opened
    const channel = new RequestChannel(opened.value, protocol.responseBytesMax)
    this.#channels.add(channel)
    void channel.ended.then((fault) => {
      this.#channels.delete(channel)
      if (isViolation(fault)) report(nodeId, protocol.id, fault)
    })
    if (this.#isStopped) channel.end('CONNECTION_CLOSED')
    return accept(channel)
  }

  async #forgetWhenEnded(key: string, opening: Opening): Promise<void> {
    const opened = await opening.channel
    if (opened.ok) await opened.value.ended
    if (this.#openings.get(key) === opening) this.#openings.delete(key)
  }
}
