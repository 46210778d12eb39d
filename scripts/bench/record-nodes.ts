import assert from 'node:assert/strict'
import { join } from 'node:path'
import { systemRandom } from '../../src/crypto/random.ts'
import { createRecordView } from '../../src/daemon/record-view.ts'
import { type NodeId, parseNodeId } from '../../src/identity/node-id.ts'
import { silentLogger } from '../../src/log.ts'
import { type AssembledOverlay, createOverlay } from '../../src/overlay/overlay.ts'
import { createRecords, type Records } from '../../src/protocols/record/index.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createReceiptStore } from '../../src/storage/receipt-store.ts'
import { createRecordIndex } from '../../src/storage/record-index.ts'
import { createRecordStore } from '../../src/storage/record-store.ts'
import { systemScheduler } from '../../src/time/scheduler.ts'
import { createOverlayNetwork, type TestIdentity } from '../../test/support/overlay-network.ts'
import type { RecordNodes } from './records-worker.ts'

export interface RecordNodesInit {
  readonly directory: string
  /** `caller`: the last node; `crowd`: all others. */
  readonly role: string
  readonly size: number
  /** The same in both processes, so that both have the same keys and trust log. */
  readonly now: number
}

/** Of the crowd's first node: what it puts, the caller gets. */
const OWNER = 'member-0'

/**
 * Nodes as the daemon assembles them, records on disk and synced. Left out: the peering supervisor
 * and the repair of holders, since a hundred nodes of one process that all connect with each other
 * would measure the memory of that process.
 */
export async function createRecordNodes(init: RecordNodesInit): Promise<RecordNodes> {
  const { directory, role, size, now } = init
  const network = createOverlayNetwork('records')
  network.clock.jump(now)
  const identities: TestIdentity[] = []
  for (let i = 0; i < size; i++) identities.push(await network.enroll(`member-${i}`, 'node'))
  const own = role === 'caller' ? identities.slice(-1) : identities.slice(0, -1)
  const addresses = new Map<NodeId, readonly string[]>()
  // A thousand times as fast: admission counts handshakes of one origin, and all have one here.
  const clock = { now: () => Date.now(), monotonic: () => performance.now() * 1000 }
  let first: Records | undefined

  async function start(identity: TestIdentity, index: number): Promise<AssembledOverlay> {
    const { key, nodeId, certificate } = identity
    const trust = network.log
    const time = { clock, scheduler: systemScheduler }
    const overlay = await createOverlay(
      {
        ...{ key, trust, ...time, log: silentLogger, random: systemRandom },
        certificate: () => certificate,
        addressStore: { load: () => [], save() {}, remove() {} },
        liveNodes: () => trust.state.liveNodes()
      },
      { listen: ['/ip4/127.0.0.1/tcp/0'], version: '0.0', bootstrap: [] }
    )
    const db = openDatabase(join(directory, `${index}.db`))
    const member = trust.state.node(nodeId)?.member
    assert.ok(member !== undefined)
    const records = createRecords({
      ...{ overlay, clock, logger: silentLogger, ...createRecordView(trust) },
      scheduler: { ...systemScheduler, every: () => () => {} },
      store: createRecordStore(db, { network: trust.network, logger: silentLogger }),
      receiptStore: createReceiptStore(db),
      index: createRecordIndex(db),
      onMisbehavior: ({ code }) => assert.fail(code),
      random: systemRandom,
      identity: { member, node: 'node', key, authorityKey: () => assert.fail('no authority') },
      reach: (other, signal) => overlay.connect(other, addresses.get(other) ?? [], { signal })
    })
    await records.start()
    await overlay.host.start()
    first ??= records
    return overlay
  }

  const nodes: RecordNodes = {
    async start(count, known) {
      assert.equal(count, own.length)
      nodes.meet(known)
      const started: AssembledOverlay[] = []
      for (const [index, identity] of own.entries()) started.push(await start(identity, index))
      const listed = started.flatMap((overlay) => overlay.addresses())
      nodes.meet(listed)
      return listed
    },
    meet(known) {
      for (const address of known) {
        const nodeId = parseNodeId(address.split('/p2p/')[1] ?? '')
        assert.ok(nodeId.ok)
        addresses.set(nodeId.value, [address])
      }
    },
    async put(name, value) {
      await first?.put({ kind: 'note', name, value })
    },
    async get(name) {
      const read = await first?.get({ kind: 'note', name, owner: OWNER })
      return read?.value.length ?? 0
    }
  }
  return nodes
}
