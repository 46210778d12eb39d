import type { Libp2p } from '@libp2p/interface'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type ErrorCode, PeerageError } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { StandingView } from '../reputation/standing-view.ts'
import { abortError, waitUnlessAborted } from '../time/abort.ts'
import type { Clock } from '../time/clock.ts'
import { deadline } from '../time/deadline.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { CertifiedPeer } from './certified-peers.ts'
import type { Defense } from './defense.ts'
import type { MissingNews } from './missing-news.ts'
import type { CallOptions } from './overlay-api.ts'
import type { Handler, Protocol } from './protocol.ts'
import { type ChannelProtocol, RequestChannels } from './request-channels.ts'
import { RequestServer, type ServedProtocol } from './request-server.ts'
import { SlotTable } from './slots.ts'

export interface RequestComponents {
  readonly libp2p: Pick<Libp2p, 'peerId' | 'getConnections' | 'handle' | 'unhandle'>
  readonly certified: { get(nodeId: NodeId): CertifiedPeer | undefined }
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly log: Logger
  /** Bounds left out, by the control of an attack only. */
  readonly without?: ReadonlySet<Defense>
  /**
   * Told once for every refused request of a peer, every call that it left unanswered or answered
   * wrongly, and every stream that it broke. What it refused itself is not its fault.
   */
  readonly onOutcome?: OnOutcome
  /** The peer has answered a call as it should. */
  readonly onAnswered?: (nodeId: NodeId) => void
  readonly standings?: StandingView
  /** What requests wait for before they are served; without it, for nothing. */
  readonly news?: Pick<MissingNews, 'arrival'>
}

/** What a peer caused, and where. */
export type OnOutcome = (nodeId: NodeId, protocolId: string, code: ErrorCode) => void

export interface Requests {
  /** Registers the handler of a protocol; once per protocol. */
  serve<Req, Res>(protocol: Protocol<Req, Res>, handler: Handler<Req, Res>): Promise<void>
  /**
   * Asks an admitted, connected peer. Never throws for what a peer or the network does; faults:
   * `PEER_NOT_CONNECTED`, `PROTOCOL_UNSUPPORTED`, `MESSAGE_TOO_LARGE`, `OVERLOADED` (too many calls
   * under way to this peer), `TIMEOUT`, `CANCELED`, `CONNECTION_CLOSED`, `MESSAGE_MALFORMED`, and
   * whatever the peer refused with.
   */
  call<Req, Res>(
    nodeId: NodeId,
    protocol: Protocol<Req, Res>,
    request: Req,
    options?: CallOptions
  ): Promise<Verdict<Res>>
  /** Ends every stream; calls under way fail with `CONNECTION_CLOSED`. */
  stop(): Promise<void>
}

/**
 * Requests between admitted nodes on persistent streams, one per peer, protocol and direction
 * (docs/protocol/requests.md).
 */
export function createRequests(components: RequestComponents): Requests {
  const { libp2p, scheduler } = components
  const report = components.onOutcome ?? (() => {})
  const server = new RequestServer({ ...components, report })
  const slots = new SlotTable<NodeId>(LIMITS.requestsInFlightPerPeerMax)
  const channels = new RequestChannels({ ...components, report })
  const servedIds: string[] = []

  async function exchange(
    nodeId: NodeId,
    protocol: ChannelProtocol,
    body: Uint8Array,
    signal: AbortSignal
  ): Promise<Verdict<Uint8Array>> {
    const opening = channels.channelTo(nodeId, protocol)
    if (!(opening instanceof Promise)) return opening
    try {
      const channel = await waitUnlessAborted(opening, signal)
      return channel.ok ? await channel.value.request(body, signal) : channel
    } catch {
      // Nothing but the signal ends the wait; the verdict of the opening never rejects.
      return refuse(abortError(signal).code)
    }
  }

  return {
    async serve(protocol, handler) {
      requireBounds(protocol)
      const served = servedProtocol(protocol, handler)
      servedIds.push(protocol.id)
      await libp2p.handle(
        protocol.id,
        (stream, connection) => void server.serve(stream, connection.remotePeer, served),
        {
          maxInboundStreams: LIMITS.requestStreamsPerProtocolMax,
          maxOutboundStreams: LIMITS.requestStreamsPerProtocolMax
        }
      )
    },

    async call(nodeId, protocol, request, options = {}) {
      requireBounds(protocol)
      const body = encodeCbor(request)
      if (body.length > protocol.requestBytesMax) return refuse('MESSAGE_TOO_LARGE')
      if (!slots.tryAcquire(nodeId)) return refuse('OVERLOADED', { nodeId })
      const limit = deadline(scheduler, protocol.deadlineMs, options.signal)
      try {
        const answer = await exchange(nodeId, protocol, body, limit.signal)
        if (!answer.ok) {
          const isPeers = answer.detail?.['byPeer'] === true
          if (answer.fault === 'TIMEOUT' && !isPeers) report(nodeId, protocol.id, 'TIMEOUT')
          return answer
        }
        const response = decodeCbor(answer.value, protocol.response, protocol.responseBytesMax)
        if (response.ok) components.onAnswered?.(nodeId)
        else report(nodeId, protocol.id, response.fault)
        return response
      } finally {
        limit.release()
        slots.release(nodeId)
      }
    },

    async stop() {
      channels.stop()
      await libp2p.unhandle(servedIds.splice(0))
      server.stop()
    }
  }
}

function servedProtocol<Req, Res>(
  protocol: Protocol<Req, Res>,
  handler: Handler<Req, Res>
): ServedProtocol {
  return {
    id: protocol.id,
    requestBytesMax: protocol.requestBytesMax,
    deadlineMs: protocol.deadlineMs,
    bringsNews: protocol.bringsNews === true,
    async answer(body, peer, signal) {
      const request = decodeCbor(body, protocol.request, protocol.requestBytesMax)
      if (!request.ok) return request
      const verdict = await handler(request.value, peer, { signal })
      if (!verdict.ok) return verdict
      const response = encodeCbor(verdict.value)
      if (response.length <= protocol.responseBytesMax) return accept(response)
      throw new PeerageError('INTERNAL', { protocol: protocol.id, bytes: response.length })
    }
  }
}

/** A mistake of this program, not of a peer: it shows at the first use in any test. */
function requireBounds(
  protocol: Pick<Protocol<unknown, unknown>, 'id' | 'requestBytesMax' | 'responseBytesMax'>
): void {
  if (
    protocol.requestBytesMax > LIMITS.requestBytesMax ||
    protocol.responseBytesMax > LIMITS.responseBytesMax
  ) {
    throw new RangeError(`${protocol.id} allows more than the overlay`)
  }
}
