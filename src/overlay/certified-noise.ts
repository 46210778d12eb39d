import { type NoiseComponents, noise } from '@chainsafe/libp2p-noise'
import type {
  ConnectionEncrypter,
  MessageStream,
  MultiaddrConnection,
  SecureConnectionOptions,
  SecuredConnection,
  StreamMessageEvent
} from '@libp2p/interface'
import { InvalidDataLengthError, type LengthPrefixedStream, lpStream } from '@libp2p/utils'
import type { PublicKey } from '../crypto/ed25519.ts'
import { utf8 } from '../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import type { ErrorCode } from '../errors.ts'
import type { NetworkId } from '../identity/network-id.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Scheduler } from '../time/scheduler.ts'
import { decodeVerdict, encodeVerdict, type Judgment } from './admission.ts'
import type { Direction } from './certified-peers.ts'
import { requireSelection } from './eager-selection.ts'
import { AdmissionError, type RefusedBy } from './libp2p-error.ts'
import { nodeIdOfPeer, publicKeyOfPeer } from './libp2p-identity.ts'

export const CERTIFIED_NOISE = '/peerage/certified-noise/1.0.0'

/** The encrypter is handed the connection of the transport, which knows the other end. */
export type TransportConnection = MessageStream & Partial<Pick<MultiaddrConnection, 'remoteAddr'>>

/** A handshake that ended without admission, for the journal. */
export interface AdmissionRefusal {
  readonly code: ErrorCode
  readonly direction: Direction
  readonly by: RefusedBy
  /** Where the peer said how long it lasts. */
  readonly waitSeconds?: number
  /** Proved by Noise; absent when the handshake did not come that far. */
  readonly nodeId?: NodeId
}

export interface CertifiedNoiseComponents {
  readonly network: NetworkId
  readonly scheduler: Scheduler
  /** Our hello, encoded; asked for anew in each handshake. */
  hello(): Uint8Array
  judge(key: PublicKey | undefined, hello: Uint8Array, direction: Direction): Verdict<Judgment>
  /** What to show to a peer on the other side of a fork. */
  evidence?: (() => Uint8Array | undefined) | undefined
  /** What such a peer shows. */
  onEvidence?: ((evidence: Uint8Array) => void) | undefined
  /** A connection has come to the encrypter; one of the other two calls follows. */
  onStarted(connection: TransportConnection): void
  /** Asked for an inbound connection before any cryptography; false refuses it. */
  mayBegin(connection: TransportConnection): boolean
  /** Both sides have admitted each other; runs before anybody else sees the connection. */
  onAdmitted(judgment: Judgment, direction: Direction, connection: TransportConnection): void
  onRefused(refusal: AdmissionRefusal, connection: TransportConnection): void
}

/**
 * The only connection encrypter: Noise XX with the network id in its prologue, then hello and
 * verdict both ways inside the encrypted connection (docs/protocol/admission.md). libp2p tells
 * nobody of a connection before its encrypter has returned, so a refused peer is never identified,
 * listed or given a stream (SR-ADM-1), and both sides learn the code of the refusal (SR-ADM-2).
 */
export function certifiedNoise(
  components: CertifiedNoiseComponents
): (noiseComponents: NoiseComponents) => ConnectionEncrypter {
  return (noiseComponents) => {
    const prologueBytes = utf8(`peerage/1|${components.network}`)
    const inner = noise({ prologueBytes })(noiseComponents)
    const secure = async (
      connection: MessageStream,
      direction: Direction,
      options: SecureConnectionOptions = {}
    ): Promise<SecuredConnection> => {
      components.onStarted(connection)
      const budget = limitBytes(connection)
      if (direction === 'outbound') requireSelection(connection, CERTIFIED_NOISE)
      let nodeId: NodeId | undefined
      try {
        if (direction === 'inbound' && !components.mayBegin(connection)) {
          throw new AdmissionError('us', 'RATE_LIMITED')
        }
        const secured =
          direction === 'inbound'
            ? await inner.secureInbound(connection, options)
            : await inner.secureOutbound(connection, options)
        nodeId = nodeIdOfPeer(secured.remotePeer)
        requireExpectedPeer(secured, options)
        const exchange = new Exchange(secured, components, direction, options.signal)
        const judgment = await (direction === 'inbound' ? exchange.answer() : exchange.open())
        components.onAdmitted(judgment, direction, connection)
        return { ...secured, connection: exchange.unwrap() }
      } catch (error) {
        const refusal = toAdmissionError(error)
        const { code, by, waitSeconds } = refusal
        const known = {
          ...(nodeId === undefined ? {} : { nodeId }),
          ...(waitSeconds === undefined ? {} : { waitSeconds })
        }
        components.onRefused({ code, by, direction, ...known }, connection)
        throw refusal
      } finally {
        budget.lift()
      }
    }
    return {
      protocol: CERTIFIED_NOISE,
      secureInbound: async (connection, options) => secure(connection, 'inbound', options),
      secureOutbound: async (connection, options) => secure(connection, 'outbound', options)
    }
  }
}

/** Hello and verdicts of one connection. The initiator shows its certificate first. */
class Exchange {
  readonly #secured: SecuredConnection
  readonly #components: CertifiedNoiseComponents
  readonly #direction: Direction
  readonly #frames: LengthPrefixedStream
  readonly #options: { readonly signal?: AbortSignal }

  constructor(
    secured: SecuredConnection,
    components: CertifiedNoiseComponents,
    direction: Direction,
    signal: AbortSignal | undefined
  ) {
    this.#secured = secured
    this.#components = components
    this.#direction = direction
    this.#frames = lpStream(secured.connection, { maxDataLength: LIMITS.helloBytesMax })
    this.#options = signal === undefined ? {} : { signal }
  }

  /** Initiator: hello → · ← verdict and hello · verdict → */
  async open(): Promise<Judgment> {
    await this.#frames.write(this.#components.hello(), this.#options)
    await this.#readVerdict()
    const judgment = await this.#readHello()
    await this.#frames.write(encodeVerdict(judgment), this.#options)
    return judgment.value
  }

  /** Responder: ← hello · verdict and hello → · ← verdict */
  async answer(): Promise<Judgment> {
    const judgment = await this.#readHello()
    const messages = [encodeVerdict(judgment), this.#components.hello()]
    await this.#frames.writeV(messages, this.#options)
    await this.#readVerdict()
    return judgment.value
  }

  /** The encrypted connection, with whatever the peer has sent since. */
  unwrap(): MessageStream {
    return this.#frames.unwrap()
  }

  async #readHello(): Promise<Extract<Verdict<Judgment>, { ok: true }>> {
    const hello = await this.#readBounded()
    const key = publicKeyOfPeer(this.#secured.remotePeer)
    const judgment = hello.ok ? this.#components.judge(key, hello.value, this.#direction) : hello
    if (judgment.ok) return judgment
    const evidence = judgment.fault === 'TRUST_FORK' ? this.#components.evidence?.() : undefined
    await this.#frames.write(encodeVerdict(judgment, evidence), this.#options)
    await this.#closedByPeer()
    throw new AdmissionError('us', judgment.fault)
  }

  async #readVerdict(): Promise<void> {
    const bytes = await this.#frames.read(this.#options)
    const verdict = decodeVerdict(bytes.subarray())
    if (!verdict.ok) throw new AdmissionError('us', verdict.fault)
    const { outcome, waitSeconds, evidence } = verdict.value
    if (evidence !== undefined) this.#components.onEvidence?.(evidence)
    if (outcome !== 'admitted') throw new AdmissionError('them', outcome, { waitSeconds })
  }

  async #readBounded(): Promise<Verdict<Uint8Array, 'MESSAGE_TOO_LARGE'>> {
    try {
      return accept((await this.#frames.read(this.#options)).subarray())
    } catch (error) {
      // The length alone is refused; nothing of the message was read.
      if (error instanceof InvalidDataLengthError) return refuse('MESSAGE_TOO_LARGE')
      throw error
    }
  }

  /**
   * libp2p resets the socket of a failed handshake, which would overtake the verdict. A peer that
   * has read it closes by itself; one that does not loses the connection after a while.
   */
  async #closedByPeer(): Promise<void> {
    const closed = Promise.withResolvers<void>()
    const cancel = this.#components.scheduler.after(LIMITS.refusalFlushMs, closed.resolve)
    this.#secured.connection.addEventListener('close', () => closed.resolve())
    this.#options.signal?.addEventListener('abort', () => closed.resolve())
    if (this.#secured.connection.status !== 'open') closed.resolve()
    await closed.promise
    cancel()
  }
}

/**
 * Noise checks the key it was told to expect, but peer ids that are not Ed25519 carry no key and
 * pass unchecked: the identity that was dialed is compared once more.
 */
function requireExpectedPeer(secured: SecuredConnection, options: SecureConnectionOptions): void {
  if (options.remotePeer?.equals(secured.remotePeer) === false) {
    throw new AdmissionError('us', 'HANDSHAKE_FAILED')
  }
}

/** Resets a connection on which more arrives than any honest handshake needs. */
function limitBytes(connection: MessageStream): { lift(): void } {
  let bytes = 0
  const count = (event: StreamMessageEvent) => {
    bytes += event.data.byteLength
    if (bytes <= LIMITS.handshakeBytesMax) return
    event.stopImmediatePropagation()
    lift()
    // A listener must not end the stream whose events are being dispatched.
    queueMicrotask(() => connection.abort(new AdmissionError('us', 'MESSAGE_TOO_LARGE')))
  }
  const lift = () => connection.removeEventListener('message', count)
  connection.addEventListener('message', count)
  return { lift }
}

function toAdmissionError(error: unknown): AdmissionError {
  if (error instanceof AdmissionError) return error
  // Noise keeps its class to itself; the code is part of it. The first encrypted message does not
  // open when the prologue differs, and for no other reason with an honest peer.
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isForeign = code === 'ERR_INVALID_CRYPTO_EXCHANGE'
  return new AdmissionError('us', isForeign ? 'WRONG_NETWORK' : 'HANDSHAKE_FAILED', {
    cause: error
  })
}
