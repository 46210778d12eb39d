import { fraction, type Random } from '../../crypto/random.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import { type AddressSource, answerAddresses } from './handler.ts'
import { ADDRESSES } from './messages.ts'

export interface AddressesComponents extends AddressSource {
  readonly overlay: Pick<Overlay, 'peers' | 'call' | 'serve'>
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
  /** New addresses have come in: there may be somebody to dial. */
  readonly onLearned: () => void
}

export interface Addresses {
  start(): Promise<void>
  stop(): void
  /** Tells the peer the own record and takes over what it knows. */
  exchange(nodeId: NodeId): Promise<void>
}

/** Keeps the address book current: an exchange with every new peer, later with random ones. */
export function createAddresses(components: AddressesComponents): Addresses {
  const { overlay, book, own, scheduler, random, logger, onLearned } = components
  let cancel: (() => void) | undefined

  function learn(records: readonly Uint8Array[], nodeId: NodeId): void {
    const verdicts = book.learnAll(records)
    for (const verdict of verdicts) {
      if (!verdict.ok) logger.debug('addresses.record-refused', { nodeId, code: verdict.fault })
    }
    if (verdicts.some((verdict) => verdict.ok && verdict.value)) onLearned()
  }

  async function exchange(nodeId: NodeId): Promise<void> {
    let from: number | undefined = 0
    for (let page = 0; from !== undefined && page < LIMITS.addressPagesMax; page++) {
      const request: { own: Uint8Array; from: number } = { own: own(), from }
      const answer = await overlay.call(nodeId, ADDRESSES, request)
      if (!answer.ok) {
        logger.debug('addresses.exchange-failed', { nodeId, code: answer.fault })
        return
      }
      learn([answer.value.own, ...answer.value.records], nodeId)
      // A position that does not rise would be asked for again and again.
      from = (answer.value.next ?? 0) > from ? answer.value.next : undefined
    }
  }

  return {
    exchange,
    async start() {
      await overlay.serve(ADDRESSES, async (request, peer) =>
        answerAddresses(components, request, peer.nodeId)
      )
      cancel = scheduler.every(LIMITS.syncIntervalMs, () => {
        const peers = overlay.peers()
        const peer = peers[Math.floor(fraction(random) * peers.length)]
        if (peer !== undefined) void exchange(peer.nodeId)
      })
    },
    stop() {
      cancel?.()
    }
  }
}
