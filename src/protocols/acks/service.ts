import type { PrivateKey } from '../../crypto/ed25519.ts'
import { accept } from '../../encoding/verdict.ts'
import { LIMITS } from '../../limits.ts'
import { createFlood, type Flood, type FloodComponents } from '../../overlay/flood.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Clock } from '../../time/clock.ts'
import { type Ack, sealAck } from '../../trust/ack.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import type { AckBook } from './book.ts'
import { ACKS, type AcksRequest, type AcksResponse } from './messages.ts'

export interface AcksComponents extends FloodComponents {
  readonly overlay: FloodComponents['overlay'] & Pick<Overlay, 'nodeId'>
  readonly log: Pick<TrustLog, 'network' | 'size' | 'rootAt'>
  readonly book: AckBook
  readonly key: PrivateKey
  readonly clock: Clock
}

export interface Acks extends Omit<Flood<Ack>, 'spread'> {
  /** This node has applied its log: what is excluded is cut. */
  acknowledge(): void
}

/**
 * Signs what this node has applied, and floods acknowledgments; gathered for a moment, so that n
 * nodes that apply one entry cost a few messages each and not n times n.
 */
export function createAcks(components: AcksComponents): Acks {
  const { overlay, log, book, key, clock } = components
  const flood = createFlood<Ack, AcksRequest, AcksResponse>(components, {
    protocol: ACKS,
    request: (...acks) => ({ acks: acks.map((ack) => ack.bytes) }),
    perMessage: LIMITS.acksPerMessageMax,
    hear({ acks }, from) {
      const news = book.learn(acks)
      flood.spread(news, from)
      return accept({ taken: news.length })
    },
    known: book.all,
    about: (ack) => ack.nodeId,
    gatherMs: LIMITS.ackGatherMs
  })

  return {
    ...flood,
    acknowledge() {
      flood.spread(book.ripen())
      const { network, size } = log
      if ((book.of(overlay.nodeId)?.size ?? 0) >= size) return
      const content = { network, size, root: log.rootAt(size), time: clock.now() }
      flood.spread(book.learn([sealAck(content, key)]))
    }
  }
}
