import assert from 'node:assert/strict'
import { join } from 'node:path'
import { systemRandom } from '../../src/crypto/random.ts'
import { createRecordView } from '../../src/daemon/record-view.ts'
import { type NodeId, parseNodeId } from '../../src/identity/node-id.ts'
import { silentLogger } from '../../src/log.ts'
import { createOverlay } from '../../src/overlay/overlay.ts'
import { createRecords } from '../../src/protocols/record/index.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createReceiptStore } from '../../src/storage/receipt-store.ts'
import { createRecordIndex } from '../../src/storage/record-index.ts'
import { createRecordStore } from '../../src/storage/record-store.ts'
import { systemScheduler } from '../../src/time/scheduler.ts'
import { createOverlayNetwork, type TestIdentity } from '../../test/support/overlay-network.ts'
import type { RecordNode } from './records-worker.ts'

export interface RecordNodeInit {
  readonly directory: string
  readonly index: number
  readonly size: number
  /** The same in all processes, so that all have the same keys and trust log. */
  readonly now: number
}

/** Of the first node: what it puts, others get. */
const OWNER = 'member-0'

/**
 * A node as the daemon assembles it, records on disk and synced. Left out: the peering supervisor
 * and the repair of holders.
 */
export async function createRecordNode(init: RecordNodeInit): Promise<RecordNode> {
  const { directory, index, size, now } = init
  const network = createOverlayNetwork('records')
  network.clock.jump(now)
  const identities: TestIdentity[] = []
  for (let i = 0; i < size; i++) identities.push(await network.enroll(`member-${i}`, 'node'))
  const identity = identities[index]
  assert.ok(identity !== undefined)
  const { key, certificate } = identity
  const addresses = new Map<NodeId, readonly string[]>()
  // A thousand times as fast: admission counts handshakes of one origin, and all have one here.
  const clock = { now: () => Date.now(), monotonic: () => performance.now() * 1000 }
  const trust = network.log
  const overlay = await createOverlay(
    {
      ...{ key, trust, clock, scheduler: systemScheduler, log: silentLogger, random: systemRandom },
      certificate: () => certificate,
      addressStore: { load: () => [], save() {}, remove() {} },
      liveNodes: () => trust.state.liveNodes()
    },
    { listen: ['/ip4/127.0.0.1/tcp/0'], version: '0.0', bootstrap: [] }
  )
  const db = openDatabase(join(directory, 'node.db'))
  const records = createRecords({
    ...{ overlay, clock, logger: silentLogger, ...createRecordView(trust) },
    scheduler: { ...systemScheduler, every: () => () => {} },
    store: createRecordStore(db, { network: trust.network, logger: silentLogger }),
    receiptStore: createReceiptStore(db),
    index: createRecordIndex(db),
    onMisbehavior: ({ code }) => assert.fail(code),
    random: systemRandom,
    identity: {
      member: `member-${index}`,
      node: 'node',
      key,
      authorityKey: () => assert.fail('no authority')
    },
    reach: (other, signal) => overlay.connect(other, addresses.get(other) ?? [], { signal })
  })

  return {
    async start() {
      await records.start()
      await overlay.host.start()
      const [address] = overlay.addresses()
      assert.ok(address !== undefined)
      return address
    },
    meet(known) {
      for (const address of known) {
        const nodeId = parseNodeId(address.split('/p2p/')[1] ?? '')
        assert.ok(nodeId.ok)
        addresses.set(nodeId.value, [address])
      }
    },
    async put(name, value) {
      await records.put({ kind: 'note', name, value })
    },
    async get(name) {
      return (await records.get({ kind: 'note', name, owner: OWNER })).value.length
    }
  }
}
