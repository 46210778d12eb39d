import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import type { PrivateKey } from '../crypto/ed25519.ts'
import type { Random } from '../crypto/random.ts'
import { PeerageError } from '../errors.ts'
import type { NetworkId } from '../identity/network-id.ts'
import type { NodeId } from '../identity/node-id.ts'
import {
  CHALLENGE_BYTES,
  challengeAfter,
  INSTANCE_BYTES,
  sealSignOfLife,
  type TwinProof,
  verifyTwins
} from '../identity/sign-of-life.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { Clock } from '../time/clock.ts'
import { deadline } from '../time/deadline.ts'
import { RateLimit } from '../time/rate-limit.ts'
import type { Scheduler } from '../time/scheduler.ts'
import { createEnrollmentChannel } from './enrollment-channel.ts'
import { abortStream, closeWrite } from './flow.ts'
import { fromLibp2pError } from './libp2p-error.ts'
import { nodeIdOfPeer } from './libp2p-identity.ts'

export const SIGN_OF_LIFE_PROTOCOL = '/peerage/sign-of-life/1.0.0'

export interface TwinsComponents {
  readonly libp2p: Pick<Libp2p, 'addEventListener' | 'getConnections' | 'handle' | 'unhandle'>
  readonly network: NetworkId
  readonly key: PrivateKey
  readonly random: Random
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly logger: Logger
  /** Two processes with the key of one node are alive. */
  readonly onTwins: (proof: TwinProof) => void
}

export interface Twins {
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * Finds out when one certificate is in use at two places. A node has a second connection for a
 * moment when both sides dial at once, and also when a copy of it is running somewhere: then the
 * process behind either connection is asked for a sign of life, over that very connection. What
 * follows from the answers is a proof (see `verifyTwins`); restarts, lost connections and new
 * addresses never give one, since there is only one process to answer.
 */
export function createTwins(components: TwinsComponents): Twins {
  const { libp2p, network, key, random, scheduler, logger, onTwins } = components
  const instance = random.bytes(INSTANCE_BYTES)
  const underWay = new Set<NodeId>()
  // Each answer is a signature: admitted or not, nobody has this node sign all day.
  const asked = new RateLimit(components.clock, {
    count: LIMITS.signOfLifeRate,
    perMs: 1000,
    burst: LIMITS.signOfLifeRate
  })

  async function answer(stream: Stream): Promise<void> {
    if (!asked.take()) return abortStream(stream, new PeerageError('RATE_LIMITED'))
    await inTime(async (signal) => {
      const channel = createEnrollmentChannel(stream, CHALLENGE_BYTES)
      const challenge = await channel.read(signal)
      if (challenge.length !== CHALLENGE_BYTES) return abortStream(stream, undefined)
      await channel.write(sealSignOfLife({ network, instance, challenge }, key), signal)
      await closeWrite(stream, signal)
    })
  }

  async function ask(connection: Connection, challenge: Uint8Array): Promise<Uint8Array> {
    return await inTime(async (signal) => {
      const stream = await connection.newStream(SIGN_OF_LIFE_PROTOCOL, { signal })
      try {
        const channel = createEnrollmentChannel(stream, LIMITS.signOfLifeBytesMax)
        await channel.write(challenge, signal)
        return await channel.read(signal)
      } finally {
        abortStream(stream, undefined)
      }
    })
  }

  async function inTime<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = deadline(scheduler, LIMITS.requestMs)
    try {
      return await run(limit.signal)
    } finally {
      limit.release()
    }
  }

  async function compare(nodeId: NodeId, older: Connection, newer: Connection): Promise<void> {
    const first = await ask(older, random.bytes(CHALLENGE_BYTES))
    const second = await ask(newer, challengeAfter(first))
    const again = await ask(older, challengeAfter(second))
    const proof: TwinProof = [first, second, again]
    const verdict = verifyTwins(proof, network)
    // Anything else is one process, or a peer that does not speak for itself.
    if (verdict.ok && verdict.value === nodeId) onTwins(proof)
  }

  async function look(newer: Connection): Promise<void> {
    const nodeId = nodeIdOfPeer(newer.remotePeer)
    if (nodeId === undefined || underWay.has(nodeId)) return
    const others = libp2p.getConnections(newer.remotePeer).filter((other) => other !== newer)
    underWay.add(nodeId)
    try {
      for (const older of others) await compare(nodeId, older, newer)
    } catch (error) {
      // One of two connections ends soon: that it did not answer says nothing.
      logger.debug('twins.no-answer', { nodeId, code: fromLibp2pError(error).code })
    } finally {
      underWay.delete(nodeId)
    }
  }

  return {
    async start() {
      await libp2p.handle(
        SIGN_OF_LIFE_PROTOCOL,
        (stream) => {
          void answer(stream).catch((error: unknown) => {
            logger.debug('twins.not-answered', { code: fromLibp2pError(error).code })
          })
        },
        { maxInboundStreams: LIMITS.signOfLifeStreamsMax }
      )
      libp2p.addEventListener('connection:open', ({ detail }) => void look(detail))
    },
    async stop() {
      await libp2p.unhandle(SIGN_OF_LIFE_PROTOCOL)
    }
  }
}
