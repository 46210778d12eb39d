import type { Random } from '../crypto/random.ts'
import type { Logger } from '../log.ts'
import type { Defense } from '../overlay/defense.ts'
import type { Overlay } from '../overlay/overlay-api.ts'
import {
  createRecords,
  type OnMisbehavior,
  type Records,
  type RecordsComponents
} from '../protocols/record/index.ts'
import type { StandingView } from '../reputation/standing-view.ts'
import { createReceiptStore } from '../storage/receipt-store.ts'
import { createRecordIndex } from '../storage/record-index.ts'
import { createRecordStore } from '../storage/record-store.ts'
import { createRecordWalk } from '../storage/record-walk.ts'
import type { Clock } from '../time/clock.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { AlarmBook } from './alarms.ts'
import type { OpenedNode } from './open-node.ts'
import { createRecordCheck } from './record-check.ts'
import { recordDisk } from './record-disk.ts'
import { createRecordView, requireAuthorityKey } from './record-view.ts'
import { restoredFrom } from './restored.ts'
import { takeAnyVersion } from './weakened.ts'

export interface RecordRoomComponents {
  readonly node: Pick<
    OpenedNode,
    | 'home'
    | 'config'
    | 'salvaged'
    | 'isUnchanged'
    | 'settings'
    | 'log'
    | 'db'
    | 'key'
    | 'certificate'
    | 'authority'
  >
  readonly overlay: RecordsComponents['overlay'] & Pick<Overlay, 'connect'>
  readonly standings: Pick<StandingView, 'isOnProbation' | 'consequences'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
  readonly onMisbehavior: OnMisbehavior
  /** Rules left out, by the control of an attack only (src/testnet/). */
  readonly without: ReadonlySet<Defense>
  readonly alarms: Pick<AlarmBook, 'raise'>
}

/** The records of this node, over its database, its trust log and the overlay. */
export function createRecordRoom(components: RecordRoomComponents): Records {
  const { node, overlay, standings, clock, scheduler, random, logger } = components
  const { home, config, log, db, key, certificate } = node
  const { member, node: name } = certificate.current()
  const check = createRecordCheck({
    ...{ home, scheduler, logger, alarms: components.alarms },
    walk: node.isUnchanged ? undefined : createRecordWalk(db, log.network)
  })
  const records = createRecords({
    ...{ overlay, clock, scheduler, random, logger, ...createRecordView(log) },
    store: createRecordStore(db, { network: log.network, logger, room: recordDisk(home, config) }),
    receiptStore: createReceiptStore(db),
    index: createRecordIndex(db),
    isForgetful:
      restoredFrom(node.settings) !== undefined ||
      (node.salvaged?.lost.includes('record_versions') ?? false),
    isDamaged: check.hasFound,
    onMisbehavior: components.onMisbehavior,
    ...(components.without.has('record-order') ? { supersede: takeAnyVersion } : {}),
    identity: { member, node: name, key, authorityKey: () => requireAuthorityKey(node) },
    reach: (nodeId, signal) => overlay.connect(nodeId, [], { signal }),
    isAsked: (nodeId) => standings.consequences({ nodeId }).isAsked,
    isEstablished: (nodeId) => !standings.isOnProbation({ nodeId })
  })
  return {
    ...records,
    async start() {
      await records.start()
      check.start()
    },
    async stop() {
      check.stop()
      await records.stop()
    }
  }
}
