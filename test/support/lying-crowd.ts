import assert from 'node:assert/strict'
import { multiaddr } from '@multiformats/multiaddr'
import { fraction, type Random } from '../../src/crypto/random.ts'
import { createRecordView } from '../../src/daemon/record-view.ts'
import { concatBytes, fromUtf8, parseText, toHex, utf8 } from '../../src/encoding/bytes.ts'
import { encodeVarint } from '../../src/encoding/varint.ts'
import { accept, refuse } from '../../src/encoding/verdict.ts'
import { PeerageError } from '../../src/errors.ts'
import type { NodeId } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { silentLogger } from '../../src/log.ts'
import { type Defense, NONE_LEFT_OUT } from '../../src/overlay/defense.ts'
import { DHT_PROTOCOL } from '../../src/overlay/dht.ts'
import { encodeFrame } from '../../src/overlay/frames.ts'
import { type AssembledOverlay, createOverlay } from '../../src/overlay/overlay.ts'
import { createRecords, RECORD, type Records } from '../../src/protocols/record/index.ts'
import type { RecordRequest } from '../../src/protocols/record/messages.ts'
import { recordLocation } from '../../src/records/location.ts'
import { openRecord, type VerifiedRecord } from '../../src/records/record.ts'
import { sealReceipt } from '../../src/records/storage-receipt.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createReceiptStore } from '../../src/storage/receipt-store.ts'
import { createRecordIndex } from '../../src/storage/record-index.ts'
import { createRecordStore } from '../../src/storage/record-store.ts'
import { systemScheduler } from '../../src/time/scheduler.ts'
import { createOverlayNetwork, type TestIdentity } from './overlay-network.ts'
import { seededRandom } from './seeded-random.ts'

export interface CrowdInit {
  readonly seed: string
  readonly nodes: number
  /** So many of them are certified members that lie. */
  readonly insiders: number
  /** Each node connects to so many others at random: tables know a part of the network. */
  readonly links: number
  /** What the control does without. */
  readonly without?: ReadonlySet<Defense>
}

export interface CrowdResult {
  readonly done: number
  readonly correct: number
}

export interface LyingCrowd {
  /** Connections of a node, in the middle of all. */
  degree(): number
  /** An honest node looks for another one; correct: that is the closest that it finds. */
  lookups(count: number): Promise<CrowdResult>
  /** An honest node reads a record that another one has replaced; correct: it gets the new version. */
  gets(count: number): Promise<CrowdResult>
  /** Control: the first answer of whoever a lookup finds first is believed. */
  naiveGets(count: number): Promise<CrowdResult>
  end(): Promise<void>
}

interface Node {
  readonly identity: TestIdentity
  readonly member: string
  readonly overlay: AssembledOverlay
  readonly records: Records | undefined
  close(): void
}

const NAME = 'plan'
const [OLD, NEW] = ['before', 'now']
const PUT_ATTEMPTS_MAX = 5
/** What an insider does with who asks it; they take turns. */
const LIES = ['drops', 'hides', 'stale'] as const

/** Real hosts on loopback and real records; insiders answer lookups with each other, or not at all. */
export async function createLyingCrowd(init: CrowdInit): Promise<LyingCrowd> {
  const { seed, without = NONE_LEFT_OUT } = init
  const network = createOverlayNetwork(seed)
  network.clock.jump(Date.now())
  const random = seededRandom(`${seed}/crowd`)
  const identities: TestIdentity[] = []
  for (let i = 0; i < init.nodes; i++) identities.push(await network.enroll(`member-${i}`, 'node'))
  const trust = network.log
  const addresses = new Map<NodeId, readonly string[]>()
  // A thousand times as fast: admission counts handshakes of one origin, and all have one here.
  const clock = { now: () => Date.now(), monotonic: () => performance.now() * 1000 }

  async function start(identity: TestIdentity, index: number): Promise<Node> {
    const { key, certificate } = identity
    const member = `member-${index}`
    // Of its own: who is drawn below does not hang on what the nodes happen to do.
    const common = { clock, scheduler: systemScheduler, random: seededRandom(`${seed}/${member}`) }
    const overlay = await createOverlay(
      {
        ...{ ...common, key, trust, log: silentLogger, certificate: () => certificate },
        addressStore: { load: () => [], save() {}, remove() {} },
        liveNodes: () => trust.state.liveNodes()
      },
      { listen: ['/ip4/127.0.0.1/tcp/0'], version: '0.0', bootstrap: [], without }
    )
    const db = openDatabase(':memory:')
    const store = createRecordStore(db, { network: trust.network, logger: silentLogger })
    const isInsider = index < init.insiders
    const records = isInsider
      ? undefined
      : createRecords({
          ...{ ...common, overlay, store, logger: silentLogger, ...createRecordView(trust) },
          scheduler: { ...systemScheduler, every: () => () => {} },
          receiptStore: createReceiptStore(db),
          index: createRecordIndex(db),
          onMisbehavior() {},
          identity: { member, node: 'node', key, authorityKey: () => assert.fail('no authority') },
          reach: (other, signal) => overlay.connect(other, addresses.get(other) ?? [], { signal })
        })
    if (records === undefined) await lieAboutRecords(overlay, identity, index)
    else await records.start()
    await overlay.host.start()
    addresses.set(identity.nodeId, overlay.addresses())
    return { identity, member, overlay, records, close: () => db.close() }
  }

  /** It stores and signs for what it is given, and gives back what suits it. */
  async function lieAboutRecords(overlay: AssembledOverlay, { key }: TestIdentity, index: number) {
    const kept = new Map<string, VerifiedRecord>()
    const lie = LIES[index % LIES.length]
    await overlay.serve(RECORD, async (request: RecordRequest) => {
      if (request.ask === 'store') {
        const opened = openRecord(request.record, trust.network)
        if (!opened.ok) return opened
        const place = toHex(opened.value.location)
        // The first version is the one that it will show for ever.
        if (!kept.has(place)) kept.set(place, opened.value)
        return accept({ ask: 'store', receipt: sealReceipt(opened.value, clock.now(), key) })
      }
      if (request.ask !== 'fetch' || lie === 'drops') return refuse('OVERLOADED')
      const { kind, owner, name } = request
      const location = recordLocation({ network: trust.network, kind, owner, name })
      const old = lie === 'stale' ? kept.get(toHex(location)) : undefined
      const records = old === undefined ? [] : [old.bytes]
      return accept({ ask: 'fetch', records, newest: old?.version ?? 0 })
    })
  }

  const nodes: Node[] = []
  for (const [i, identity] of identities.entries()) nodes.push(await start(identity, i))
  const honest = nodes.slice(init.insiders)
  const colluders = nodes.slice(0, init.insiders)
  for (const [i, { overlay }] of colluders.entries()) {
    // As many as an honest answer may have: more would be refused as a whole.
    const named = draw(colluders, LIMITS.replication, random)
    await lieAboutRoutes(overlay, LIES[i % LIES.length] === 'drops' ? [] : named)
  }
  for (const { overlay } of nodes) {
    for (const other of draw(nodes, init.links, random)) {
      const { nodeId } = other.identity
      if (nodeId !== overlay.nodeId) await overlay.connect(nodeId, addresses.get(nodeId) ?? [])
    }
  }
  for (const { records } of honest) {
    for (const text of [OLD, NEW]) if (records !== undefined) await putAt(records, text)
  }

  async function count(
    times: number,
    isCorrect: (seeker: Node, target: Node) => Promise<boolean>
  ): Promise<CrowdResult> {
    let correct = 0
    for (let i = 0; i < times; i++) {
      const [seeker, target] = draw(honest, 2, random)
      if (seeker === undefined || target === undefined) assert.fail('a crowd of one')
      if (await isCorrect(seeker, target)) correct++
    }
    return { done: times, correct }
  }

  const isNew = (value: Uint8Array | undefined) => value !== undefined && fromUtf8(value) === NEW

  return {
    degree() {
      const sizes = honest
        .map(({ overlay }) => overlay.host.peers().length)
        .toSorted((a, b) => a - b)
      return sizes[Math.floor(sizes.length / 2)] ?? 0
    },
    lookups: (times) =>
      count(times, async (seeker, target) => {
        const { nodeId } = target.identity
        const found = await seeker.overlay.closestPeers(keyOf(nodeId))
        return found.includes(nodeId)
      }),
    gets: (times) =>
      count(times, async (seeker, { member }) => {
        const wanted = { kind: 'note', name: NAME, owner: member }
        try {
          return isNew((await seeker.records?.get(wanted))?.value)
        } catch {
          // Whatever it is refused with, it is not the record.
          return false
        }
      }),
    naiveGets: (times) =>
      count(times, async ({ overlay }, { member }) => {
        const wanted = { kind: 'note', name: NAME, owner: member }
        const location = recordLocation({ network: trust.network, ...wanted })
        const [first] = await overlay.closestPeers(location)
        if (first === undefined) return false
        await overlay.connect(first, addresses.get(first) ?? [])
        const answer = await overlay.call(first, RECORD, { ask: 'fetch', ...wanted })
        const [bytes] = answer.ok && answer.value.ask === 'fetch' ? answer.value.records : []
        const opened = bytes === undefined ? undefined : openRecord(bytes, trust.network)
        return opened?.ok === true && isNew(opened.value.value)
      }),
    async end() {
      for (const { records } of honest) await records?.stop()
      await Promise.all(nodes.map(({ overlay }) => overlay.stop()))
      for (const { close } of nodes) close()
    }
  }
}

/** On a machine with more to do than this, a holder may be late: what it was asked it has then. */
async function putAt(records: Records, text: string): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    try {
      await records.put({ kind: 'note', name: NAME, value: utf8(text) })
      return
    } catch (error) {
      const isLate = error instanceof PeerageError && error.code === 'RECORD_UNDER_REPLICATED'
      if (!isLate || attempts === PUT_ATTEMPTS_MAX) throw error
      await records.idle()
    }
  }
}

/** Answers every question of the DHT with these; with nobody by ending the stream. */
async function lieAboutRoutes({ host }: AssembledOverlay, colluders: readonly Node[]) {
  const peers = colluders.map(({ identity, overlay }) => {
    const listed = overlay.addresses().map((address) => field(2, multiaddr(address).bytes))
    return field(8, concatBytes([field(1, keyOf(identity.nodeId)), ...listed]))
  })
  const answer = encodeFrame(concatBytes([Uint8Array.of(8, 4), ...peers]))
  await host.libp2p.handle(
    DHT_PROTOCOL,
    (stream) => {
      if (peers.length === 0) return stream.abort(new Error('dropped'))
      stream.addEventListener('message', () => {
        stream.send(answer)
        void stream.close()
      })
    },
    { force: true }
  )
}

function field(number: number, content: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of((number << 3) | 2), encodeVarint(content.length), content])
}

/** To whom nobody can be closer than the node itself. */
function keyOf(nodeId: NodeId): Uint8Array {
  const bytes = parseText(nodeId, 'base58btc')
  assert.ok(bytes.ok)
  return bytes.value
}

function draw<T>(from: readonly T[], count: number, random: Random): readonly T[] {
  const left = [...from]
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const [taken] = left.splice(Math.floor(fraction(random) * left.length), 1)
    if (taken === undefined) assert.fail('nothing is left')
    return taken
  })
}
