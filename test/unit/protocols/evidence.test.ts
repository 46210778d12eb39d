import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { toBase64url } from '../../../src/encoding/bytes.ts'
import { encodeCbor } from '../../../src/encoding/cbor.ts'
import { refuse } from '../../../src/encoding/verdict.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import {
  createEvidence,
  createReportBook,
  createReportFile,
  type Heard,
  openReport,
  verifyReportFile
} from '../../../src/protocols/evidence/index.ts'
import { EVIDENCE } from '../../../src/protocols/evidence/messages.ts'
import { createTrustSync } from '../../../src/protocols/trust-sync/index.ts'
import { encodeEvidence } from '../../../src/records/evidence.ts'
import { openRecord, type RecordContent, sealRecord } from '../../../src/records/record.ts'
import { sealProof } from '../../../src/records/storage-proof.ts'
import { sealReceipt } from '../../../src/records/storage-receipt.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createEvidenceStore } from '../../../src/storage/evidence-store.ts'
import { MemoryNetwork } from '../../support/memory-overlay.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { accepted, createTestNetwork } from '../../support/trust-network.ts'
import { settle } from '../../support/trust-sync-network.ts'

/** Enrolled nodes, all connected; the first has the authority, the last one lies. */
async function createScene(seed: string, count: number) {
  const trust = createTestNetwork(seed)
  const { clock, authority, network } = trust
  const random = seededRandom(`${seed}/keys`)
  const memory = new MemoryNetwork()
  const keys = Array.from({ length: count }, () => PrivateKey.generate(random))
  for (const [i, { publicKey }] of keys.entries()) {
    const grant = { member: `m${i}`, node: 'one', groups: [], publicKey }
    await authority.enroll({ ...grant, method: 'invite', assurance: 1, invite: '' })
  }
  const nodes = await Promise.all(
    keys.map(async (key, i) => {
      const log = i === 0 ? trust.log : trust.newcomer()
      const overlay = memory.join({ nodeId: nodeIdOf(key.publicKey), member: `m${i}`, node: 'one' })
      const db = openDatabase(':memory:')
      const parts = {
        overlay,
        scheduler: clock,
        random: seededRandom(`n${i}`),
        logger: silentLogger
      }
      const sync = createTrustSync({ ...parts, log })
      await sync.start()
      const store = createEvidenceStore(db)
      const book = createReportBook({ network, state: log.state, store, clock })
      const proved: Heard[] = []
      const evidence = createEvidence({ ...parts, book, onProved: (report) => proved.push(report) })
      await evidence.start()
      const nodeId = nodeIdOf(key.publicKey)
      return { nodeId, key, log, overlay, store, book, evidence, proved, sync, db }
    })
  )
  for (const node of nodes.slice(1)) await node.sync.pull(nodes[0]?.nodeId ?? node.nodeId)
  const at = (i: number) => nodes.at(i) ?? assert.fail()
  const liar = at(-1)
  const record = (value: string, change: Partial<RecordContent> = {}, key = liar.key) =>
    sealRecord(
      {
        ...{ network, kind: 'note', owner: `m${count - 1}`, name: 'x', version: 1 },
        ...{ storedAt: clock.now(), lifetimeMs: 1000, form: 'plain' },
        value: new TextEncoder().encode(value),
        ...change
      },
      key
    )
  return {
    ...trust,
    ...{ memory, nodes, at, liar, record },
    honest: nodes.slice(0, -1),
    [Symbol.dispose]() {
      for (const { db, evidence, sync } of nodes) {
        evidence.stop()
        sync.stop()
        db.close()
      }
    }
  }
}

describe('[SR-REP-2] a proof of misbehavior', () => {
  test('comes to every node over any connected graph, and acts once at each', async () => {
    using scene = await createScene('spread', 8)
    const { nodes, honest, at, liar, record } = scene
    for (const [i, a] of nodes.entries()) {
      for (const [j, b] of nodes.entries()) if (Math.abs(i - j) > 1) a.overlay.unlink(b.nodeId)
    }
    const report = reportFork(record('a'), record('b'))
    const submitted = accepted(at(0).evidence.submit(report))
    await settle()
    for (const { proved } of honest) {
      assert.deepEqual(
        proved.map(({ id, nodeId, code }) => ({ id, nodeId, code })),
        [{ id: submitted?.id, nodeId: liar.nodeId, code: 'RECORD_EQUIVOCATION' }]
      )
    }
    assert.equal(accepted(at(1).evidence.submit(report)), undefined)
    assert.equal(at(1).proved.length, 1)
  })

  test('of a broken promise spreads like one of an equivocation, and a kept promise proves nothing', async () => {
    using scene = await createScene('promise', 5)
    const { at, honest, liar, record, clock, network } = scene
    const lifetimeMs = 10 * LIMITS.clockSkewMs
    const kept = accepted(openRecord(record('a', { owner: 'm0', lifetimeMs }, at(0).key), network))
    const receipt = sealReceipt(kept, clock.now(), liar.key)
    clock.advance(LIMITS.clockSkewMs + 1)
    const nonce = new Uint8Array(LIMITS.auditNonceBytes)
    const asked = { network, location: kept.location, nonce, time: clock.now() }
    const shown = (held: typeof kept | undefined) =>
      encodeEvidence('RECORD_PROMISE_BROKEN', [
        receipt,
        sealProof(asked, held, liar.key),
        kept.bytes
      ])
    const verdict = at(0).evidence.submit(shown(kept))
    assert.equal(verdict.ok ? 'accepted' : verdict.fault, 'EVIDENCE_INVALID')

    accepted(at(0).evidence.submit(shown(undefined)))
    await settle()
    for (const { proved } of honest) {
      assert.deepEqual(
        proved.map(({ code, nodeId }) => [code, nodeId]),
        [['RECORD_PROMISE_BROKEN', liar.nodeId]]
      )
    }
  })

  test('is the same whoever found it, in whatever order', async () => {
    using scene = await createScene('order', 2)
    const [a, b] = [scene.record('a'), scene.record('b')]
    assert.deepEqual(reportFork(a, b), reportFork(b, a))
  })

  test('comes also to whoever was away, and is asked for by its id', async () => {
    using scene = await createScene('away', 4)
    const { memory, at, liar, record } = scene
    memory.fail(at(2).nodeId)
    at(0).evidence.submit(reportFork(record('a'), record('b')))
    await settle()
    assert.equal(at(2).proved.length, 0)
    memory.recover(at(2).nodeId)
    await at(2).overlay.connect(at(1).nodeId)
    await at(1).evidence.tellAll(at(2).nodeId)
    assert.equal(at(2).proved[0]?.nodeId, liar.nodeId)
    const before = at(2).overlay.received.length
    await at(1).evidence.tellAll(at(2).nodeId)
    assert.equal(at(2).overlay.received.length, before + 1, 'what is known is not sent again')
  })

  test('comes in spite of messages that are lost', async () => {
    using scene = await createScene('loss', 5)
    const { memory, honest, at, record, clock } = scene
    const random = seededRandom('loss')
    for (const { nodeId } of honest) {
      memory.intercept(nodeId, async (call) =>
        (random.bytes(1)[0] ?? 0) < 128 ? refuse('TIMEOUT') : await call.pass()
      )
    }
    at(0).evidence.submit(reportFork(record('a'), record('b')))
    for (let i = 0; i < 60; i++) {
      clock.advance(LIMITS.syncIntervalMs)
      await settle()
    }
    for (const { proved } of honest) assert.equal(proved.length, 1)
  })

  test('is on disk, verified again when it is read, and acts again after a crash', async () => {
    using scene = await createScene('disk', 2)
    const { at, liar, record, network, clock } = scene
    at(0).evidence.submit(reportFork(record('a'), record('b')))
    const state = at(0).log.state
    const again = createReportBook({ network, state, store: at(0).store, clock })
    assert.equal(again.all()[0]?.nodeId, liar.nodeId)
    at(0).db.prepare('UPDATE record_evidence SET bytes = zeroblob(40)').run()
    assert.equal(createReportBook({ network, state, store: at(0).store, clock }).all().length, 0)
  })

  test('is kept a few times of one node and no more, however often it lies', async () => {
    using scene = await createScene('bounded', 2)
    const { at, record } = scene
    for (let version = 1; version <= 2 * LIMITS.recordEvidencePerNodeMax; version++) {
      at(0).evidence.submit(reportFork(record('a', { version }), record('b', { version })))
    }
    assert.equal(at(0).book.all().length, LIMITS.recordEvidencePerNodeMax)
  })

  test('travels as a file that is verified with the id of the network alone', async () => {
    using scene = await createScene('file', 2)
    const { at, liar, record, network, log } = scene
    const report = accepted(at(0).evidence.submit(reportFork(record('a'), record('b'))))
    assert.ok(report !== undefined)
    const file = createReportFile(log, report) ?? assert.fail()
    const travelled: unknown = JSON.parse(JSON.stringify(file))
    const proved = accepted(verifyReportFile(travelled, network))
    assert.deepEqual([proved.member, proved.node, proved.report.nodeId], ['m1', 'one', liar.nodeId])
    const other = createTestNetwork('other')
    const verdicts = [
      verifyReportFile(travelled, other.network),
      verifyReportFile({ ...file, network: other.network }, other.network),
      verifyReportFile({ ...file, report: toBase64url(record('a')) }, network),
      verifyReportFile({ ...file, enrollment: { ...file.enrollment, checkpoint: '' } }, network),
      verifyReportFile({ ...file, extra: 1 }, network)
    ].map((verdict) => (verdict.ok ? 'accepted' : verdict.fault))
    assert.deepEqual(verdicts, [
      ...['WRONG_NETWORK', 'EVIDENCE_INVALID', 'EVIDENCE_INVALID'],
      ...['CHECKPOINT_MALFORMED', 'MESSAGE_MALFORMED']
    ])
  })

  test('about somebody else than the file enrolls is refused', async () => {
    using scene = await createScene('swap', 3)
    const { at, record, network, log } = scene
    const report = accepted(at(0).evidence.submit(reportFork(record('a'), record('b'))))
    assert.ok(report !== undefined)
    const file = createReportFile(log, { ...report, nodeId: at(1).nodeId })
    const verdict = verifyReportFile(file, network)
    assert.equal(verdict.ok ? 'accepted' : verdict.fault, 'EVIDENCE_INVALID')
  })
})

describe('[SR-REP-2] a false accusation', () => {
  test('judges nobody, is told to nobody, and counts against whoever sent it', async () => {
    using scene = await createScene('false', 4)
    const { at, record, liar, honest } = scene
    const [a, b] = [record('a'), record('b')]
    const forged = b.with(b.length - 1, (b.at(-1) ?? 0) ^ 1)
    const other = at(1).key
    const cases: readonly (readonly [string, Uint8Array])[] = [
      ['EVIDENCE_INVALID', reportFork(a, a)],
      ['EVIDENCE_INVALID', reportFork(a, record('b', { version: 2 }))],
      ['EVIDENCE_INVALID', reportFork(a, record('b', { name: 'y' }))],
      ['EVIDENCE_INVALID', reportFork(a, record('b', {}, other))],
      ['EVIDENCE_INVALID', encodeEvidence('RECORD_EQUIVOCATION', [a])],
      ['EVIDENCE_INVALID', encodeEvidence('RECORD_EQUIVOCATION', [a, b, b])],
      ['EVIDENCE_INVALID', unordered(a, b)],
      ['EVIDENCE_INVALID', reportFork(a, forged)],
      ['EVIDENCE_INVALID', new Uint8Array([1, 2, 3])],
      ['MESSAGE_TOO_LARGE', new Uint8Array(LIMITS.recordEvidenceBytesMax + 1)]
    ]
    for (const [fault, report] of cases.slice(0, -1)) {
      // The overlay counts the code of a refusal against the sender (src/overlay/request-server.ts).
      const answer = await liar.overlay.call(at(0).nodeId, EVIDENCE, { ask: 'take', report })
      assert.equal(answer.ok ? 'accepted' : answer.fault, fault)
    }
    for (const [fault, report] of cases) {
      const opened = openReport(report, scene.network)
      assert.equal(opened.ok ? 'accepted' : opened.fault, fault)
    }
    for (const { proved, book } of honest) assert.deepEqual([proved, book.all()], [[], []])
  })

  test('about a stranger is no proof and no fault: the log may have to come first', async () => {
    using scene = await createScene('stranger', 2)
    const { at, record, random } = scene
    const key = PrivateKey.generate(random)
    const report = reportFork(record('a', {}, key), record('b', {}, key))
    const verdict = at(0).evidence.submit(report)
    assert.equal(verdict.ok ? 'accepted' : verdict.fault, 'NODE_UNKNOWN')
  })
})

/** The wrong one of the two orders. */
function unordered(a: Uint8Array, b: Uint8Array): Uint8Array {
  const parts = [a, b].toSorted((x, y) => Buffer.compare(y, x))
  return encodeCbor({ version: 1, code: 'RECORD_EQUIVOCATION', parts })
}

function reportFork(a: Uint8Array, b: Uint8Array): Uint8Array {
  return encodeEvidence('RECORD_EQUIVOCATION', [a, b])
}
