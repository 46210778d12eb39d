import type { Random } from '../crypto/random.ts'
import { toPeerageError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { AssembledOverlay } from '../overlay/overlay.ts'
import {
  type BreakGlassFlood,
  createBreakGlassBook,
  createBreakGlassFlood
} from '../protocols/break-glass/index.ts'
import { createBreakGlassStore } from '../storage/break-glass-store.ts'
import type { Journal } from '../storage/journal.ts'
import type { Scheduler } from '../time/scheduler.ts'
import { sealBreakGlass } from '../trust/break-glass.ts'
import type { AuthorityRoom } from './authority-room.ts'
import type { OpenedNode } from './open-node.ts'

const REASON = 'break-glass'

export interface BreakGlassDeskComponents {
  readonly node: Pick<OpenedNode, 'log' | 'db' | 'key' | 'clock'>
  readonly overlay: AssembledOverlay
  readonly room: AuthorityRoom | undefined
  readonly journal: Journal
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
}

export interface BreakGlassDesk extends BreakGlassFlood {
  /** The statement of this node about itself, for a safe place. */
  sign(): Uint8Array
  /** Where the authority key is: has an entry follow each statement. */
  carryOut(): Promise<void>
}

/** What nodes have signed in advance about themselves takes effect at once, by whoever has it. */
export function createBreakGlassDesk(components: BreakGlassDeskComponents): BreakGlassDesk {
  const { node, overlay, room, journal, scheduler, random, logger } = components
  const { log, db, key, clock } = node
  const book = createBreakGlassBook({ log, store: createBreakGlassStore(db), clock })
  const flood = createBreakGlassFlood({
    ...{ overlay, book, scheduler, random, logger },
    onTaken({ nodeId }) {
      journal.append({ event: 'break-glass.taken', nodeId })
      // Not while the peer is being answered: a stream must not end under its reader.
      queueMicrotask(() => {
        void overlay.host.rejudge()
        overlay.book.prune()
        overlay.peering.look()
      })
      void carryOut()
    }
  })

  async function carryOut(): Promise<void> {
    if (room === undefined || room.closed() !== undefined) return
    for (const { nodeId } of book.open()) {
      try {
        await room.authority.revoke({ by: 'node', value: nodeId, reason: REASON })
      } catch (error) {
        // It stays in force without an entry; the next start or unlocking tries again.
        logger.warn('break-glass.no-entry', { nodeId, code: toPeerageError(error).code })
      }
    }
  }

  return {
    ...flood,
    carryOut,
    sign: () => sealBreakGlass(log.network, key),
    async start() {
      await flood.start()
      void carryOut()
    }
  }
}
