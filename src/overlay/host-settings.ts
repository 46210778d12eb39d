import { LIMITS } from '../limits.ts'
import { type Defense, NONE_LEFT_OUT } from './defense.ts'

/** Windows at half the read buffer and below: a paused stream is never reset (guide §2.3). */
export function muxerBounds() {
  return {
    enableKeepAlive: true,
    keepAliveInterval: LIMITS.keepAliveMs,
    maxInboundStreams: LIMITS.streamsPerConnectionMax,
    maxOutboundStreams: LIMITS.streamsPerConnectionMax,
    streamOptions: {
      initialStreamWindowSize: LIMITS.streamWindowBytesInitial,
      maxStreamWindowSize: LIMITS.streamWindowBytesMax,
      maxReadBufferLength: LIMITS.streamReadBufferBytesMax,
      maxWriteBufferLength: LIMITS.streamWriteBufferBytesMax
    }
  }
}

/** For `connectionManager` of libp2p. */
export function connectionBounds(without: ReadonlySet<Defense> = NONE_LEFT_OUT) {
  return {
    maxConnections: LIMITS.connectionsMax,
    // The gate counts per origin, group and in total, and lets the oldest yield; this would refuse.
    maxIncomingPendingConnections: without.has('pending-slots')
      ? LIMITS.pendingInboundMax
      : Number.MAX_SAFE_INTEGER,
    // The gate counts on the monotonic clock; this would count again on the other.
    inboundConnectionThreshold: Number.MAX_SAFE_INTEGER,
    inboundUpgradeTimeout: LIMITS.upgradeMs,
    addressDialTimeout: LIMITS.upgradeMs,
    dialTimeout: LIMITS.dialMs,
    maxParallelDials: LIMITS.parallelDialsMax,
    maxPeerAddrsToDial: LIMITS.addressesPerPeerMax,
    inboundStreamProtocolNegotiationTimeout: LIMITS.requestMs,
    outboundStreamProtocolNegotiationTimeout: LIMITS.requestMs,
    // No dnsaddr: a name would resolve to addresses of anybody's choice.
    resolvers: {}
  }
}
