import type * as z from 'zod'
import { decodeCbor, encodeCbor } from '../../src/encoding/cbor.ts'
import { accept, refuse, type Verdict } from '../../src/encoding/verdict.ts'
import { type ErrorCode, PeerageError } from '../../src/errors.ts'
import type { VerifiedCertificate } from '../../src/identity/certificate.ts'
import type { NodeId } from '../../src/identity/node-id.ts'
import type { CertifiedPeer } from '../../src/overlay/certified-peers.ts'
import type { CallOptions, ConnectedPeer, Overlay } from '../../src/overlay/overlay-api.ts'
import type { Handler, Protocol } from '../../src/overlay/protocol.ts'
import { closestNodes } from '../../src/records/location.ts'

/** One call on its way: what the caller sent, decoded, and how to let the called node answer. */
export interface MemoryCall {
  readonly from: NodeId
  readonly protocol: string
  readonly request: unknown
  /** Runs the handler of the called node. */
  pass(): Promise<Verdict<unknown>>
}

/** Stands in front of a node: answers instead of it, later than it, or never. */
export type Interceptor = (call: MemoryCall) => Promise<Verdict<unknown>>

interface Served {
  readonly protocol: Protocol<unknown, unknown>
  readonly handler: Handler<unknown, unknown>
}

/** An interceptor that never answers: the caller waits until its own deadline. */
export const silence: Interceptor = () => new Promise(() => {})

/**
 * Many nodes in one process with the `Overlay` interface between them. Requests and answers pass
 * through their bytes, limits and schemas, as on the wire, so nodes never share an object.
 * Everybody is connected with everybody until told otherwise.
 */
export class MemoryNetwork {
  readonly #nodes = new Map<NodeId, MemoryOverlay>()
  readonly #down = new Set<NodeId>()
  readonly #interceptors = new Map<NodeId, Interceptor>()

  /** Adds a node; it is connected with all others at once. */
  join(peer: Pick<CertifiedPeer, 'nodeId' | 'member' | 'node'>): MemoryOverlay {
    const overlay = new MemoryOverlay(this, peer)
    for (const other of this.#nodes.values()) link(overlay, other)
    this.#nodes.set(peer.nodeId, overlay)
    return overlay
  }

  find(nodeId: NodeId): MemoryOverlay | undefined {
    return this.#down.has(nodeId) ? undefined : this.#nodes.get(nodeId)
  }

  up(): MemoryOverlay[] {
    return [...this.#nodes.values()].filter((node) => !this.#down.has(node.nodeId))
  }

  /** The node loses its connections and cannot be reached until `recover`. */
  fail(nodeId: NodeId): void {
    this.#down.add(nodeId)
    for (const other of this.#nodes.values()) other.unlink(nodeId)
    this.#nodes.get(nodeId)?.unlinkAll()
  }

  recover(nodeId: NodeId): void {
    this.#down.delete(nodeId)
  }

  intercept(nodeId: NodeId, interceptor: Interceptor | undefined): void {
    if (interceptor === undefined) this.#interceptors.delete(nodeId)
    else this.#interceptors.set(nodeId, interceptor)
  }

  async deliver(to: NodeId, call: MemoryCall): Promise<Verdict<unknown>> {
    return await (this.#interceptors.get(to) ?? ((passed) => passed.pass()))(call)
  }
}

export class MemoryOverlay implements Overlay {
  readonly nodeId: NodeId
  /** Every call that reached this node, in order. */
  readonly received: MemoryCall[] = []
  /** Replaces what routing answers, for a lying or broken DHT. */
  routing: ((location: Uint8Array) => Promise<readonly NodeId[]>) | undefined
  readonly #network: MemoryNetwork
  readonly #self: CertifiedPeer
  readonly #peers = new Map<NodeId, ConnectedPeer>()
  readonly #served = new Map<string, Served>()

  constructor(network: MemoryNetwork, peer: Pick<CertifiedPeer, 'nodeId' | 'member' | 'node'>) {
    this.#network = network
    this.nodeId = peer.nodeId
    // Nothing that runs over an overlay looks into the certificate: admission has judged it.
    this.#self = { ...peer, certificate: {} as VerifiedCertificate }
  }

  addresses(): readonly string[] {
    return [`/memory/${this.nodeId}`]
  }

  peers(): readonly ConnectedPeer[] {
    return [...this.#peers.values()]
  }

  peer(nodeId: NodeId): ConnectedPeer | undefined {
    return this.#peers.get(nodeId)
  }

  async connect(nodeId: NodeId): Promise<Verdict<ConnectedPeer>> {
    const other = this.#network.find(nodeId)
    if (other === undefined || this.#network.find(this.nodeId) === undefined) {
      return refuse('PEER_UNREACHABLE')
    }
    link(this, other)
    const peer = this.#peers.get(nodeId)
    return peer === undefined ? refuse('PEER_UNREACHABLE') : accept(peer)
  }

  async disconnect(nodeId: NodeId, _reason: ErrorCode): Promise<void> {
    this.unlink(nodeId)
    this.#network.find(nodeId)?.unlink(this.nodeId)
  }

  async ping(nodeId: NodeId): Promise<Verdict<number>> {
    return this.#peers.has(nodeId) ? accept(0) : refuse('PEER_NOT_CONNECTED')
  }

  async serve<Req, Res>(protocol: Protocol<Req, Res>, handler: Handler<Req, Res>): Promise<void> {
    if (this.#served.has(protocol.id)) throw new Error(`${protocol.id} is served already`)
    this.#served.set(protocol.id, { protocol, handler } as unknown as Served)
  }

  async call<Req, Res>(
    nodeId: NodeId,
    protocol: Protocol<Req, Res>,
    request: Req,
    options: CallOptions = {}
  ): Promise<Verdict<Res>> {
    const other = this.#network.find(nodeId)
    if (!this.#peers.has(nodeId) || other === undefined) return refuse('PEER_NOT_CONNECTED')
    const bytes = encodeCbor(request)
    const answer = await untilAborted(other.answer(this.#self, protocol.id, bytes), options.signal)
    if (!answer.ok) return answer
    return recode(answer.value, protocol.response, protocol.responseBytesMax)
  }

  /** What protocols found out about peers, in order. */
  readonly reported: { readonly nodeId: NodeId; readonly code: ErrorCode }[] = []

  report(nodeId: NodeId, _protocolId: string, code: ErrorCode): void {
    this.reported.push({ nodeId, code })
  }

  async closestPeers(location: Uint8Array): Promise<readonly NodeId[]> {
    if (this.routing !== undefined) return await this.routing(location)
    const known = this.#network.up().map((node) => node.nodeId)
    return closestNodes(
      location,
      known.filter((nodeId) => nodeId !== this.nodeId),
      8
    )
  }

  /** What arrives from another node. */
  async answer(from: CertifiedPeer, id: string, bytes: Uint8Array): Promise<Verdict<unknown>> {
    const served = this.#served.get(id)
    if (served === undefined) return refuse('PROTOCOL_UNSUPPORTED')
    const { protocol, handler } = served
    const request = decodeCbor(bytes, protocol.request, protocol.requestBytesMax)
    if (!request.ok) return request
    const { signal } = new AbortController()
    const call: MemoryCall = {
      from: from.nodeId,
      protocol: id,
      request: request.value,
      pass: async () => await handler(request.value, from, { signal })
    }
    this.received.push(call)
    return await this.#network.deliver(this.nodeId, call)
  }

  link(other: MemoryOverlay, direction: 'inbound' | 'outbound'): void {
    const addresses = other.addresses()
    this.#peers.set(other.nodeId, { ...other.#self, addresses, direction, since: 0 })
  }

  unlink(nodeId: NodeId): void {
    this.#peers.delete(nodeId)
  }

  unlinkAll(): void {
    this.#peers.clear()
  }
}

function link(from: MemoryOverlay, to: MemoryOverlay): void {
  if (from.peer(to.nodeId) !== undefined) return
  from.link(to, 'outbound')
  to.link(from, 'inbound')
}

function recode<T>(value: unknown, schema: z.ZodType<T>, bytesMax: number): Verdict<T> {
  return decodeCbor(encodeCbor(value), schema, bytesMax)
}

async function untilAborted<T>(
  work: Promise<Verdict<T>>,
  signal: AbortSignal | undefined
): Promise<Verdict<T>> {
  if (signal === undefined) return await work
  const { promise, resolve } = Promise.withResolvers<Verdict<T>>()
  const onAbort = () => {
    resolve(refuse(signal.reason instanceof PeerageError ? signal.reason.code : 'CANCELED'))
  }
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
