import type { Verdict } from '../encoding/verdict.ts'
import type { ErrorCode } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { CertifiedPeer } from './certified-peers.ts'
import type { Handler, Protocol } from './protocol.ts'

/** A connected, admitted peer as the rest of the node sees it. */
export interface ConnectedPeer extends CertifiedPeer {
  /** Multiaddrs of the open connections, as text. */
  readonly addresses: readonly string[]
  readonly direction: 'inbound' | 'outbound'
  /** Unix milliseconds of admission. */
  readonly since: number
}

export interface CallOptions {
  readonly signal?: AbortSignal
}

/** What protocols and control may do with the overlay. Everything else stays inside the room. */
export interface Overlay {
  readonly nodeId: NodeId
  /** Listening multiaddrs with the node id, as text. */
  addresses(): readonly string[]
  peers(): readonly ConnectedPeer[]
  peer(nodeId: NodeId): ConnectedPeer | undefined
  /** Dials known and given addresses until the peer is admitted; refused with the reason. */
  connect(
    nodeId: NodeId,
    addresses: readonly string[],
    options?: CallOptions
  ): Promise<Verdict<ConnectedPeer>>
  /** Closes every connection to the peer; `reason` is journaled. */
  disconnect(nodeId: NodeId, reason: ErrorCode): Promise<void>
  /** Round-trip time in milliseconds. */
  ping(nodeId: NodeId, options?: CallOptions): Promise<Verdict<number>>
  /** Registers the handler of a protocol; once per protocol. */
  serve<Req, Res>(protocol: Protocol<Req, Res>, handler: Handler<Req, Res>): Promise<void>
  call<Req, Res>(
    nodeId: NodeId,
    protocol: Protocol<Req, Res>,
    request: Req,
    options?: CallOptions
  ): Promise<Verdict<Res>>
  /** What a peer turned out to have caused after its message was read: a false proof, a bad record. */
  report(nodeId: NodeId, protocolId: string, code: ErrorCode): void
  /** Node ids closest to a 32-byte location by the routing table, at most k, closest first. */
  closestPeers(location: Uint8Array, options?: CallOptions): Promise<readonly NodeId[]>
}
