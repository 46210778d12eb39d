import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import type { Verdict } from '../../../src/encoding/verdict.ts'
import {
  issueAuthorityCertificate,
  issueCertificate
} from '../../../src/identity/certificate-issue.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createTrustStore } from '../../../src/storage/trust-store.ts'
import { createAuthority, prepareKey } from '../../../src/trust/authority.ts'
import { type Doubts, NO_DOUBTS } from '../../../src/trust/doubts.ts'
import type { Statement } from '../../../src/trust/entry.ts'
import { leafHash, MerkleTree, memoryHashStore } from '../../../src/trust/merkle.ts'
import { type Advance, TrustLog, type TrustStore } from '../../../src/trust/trust-log.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import {
  accepted,
  createTestNetwork,
  memoryTrustStore,
  TestHistory
} from '../../support/trust-network.ts'

const SIZE = 20

/** A history of a member and its nodes, and a log that knows nothing but genesis. */
function start({
  store = memoryTrustStore(),
  doubts = NO_DOUBTS
}: {
  store?: TrustStore
  doubts?: Doubts
} = {}) {
  const history = new TestHistory('catch-up')
  history.addMember('anna')
  while (history.entries.length < SIZE) history.addNode('anna', `node-${history.entries.length}`)
  const clock = new FakeTime(history.time)
  const { network, genesis } = history
  const log = accepted(TrustLog.create(store, { clock, network, genesis, doubts }))
  return { history, log, store, clock }
}

/** The part that ends at `to`, with all that is right about it. */
function part(history: TestHistory, from: number, to: number) {
  const tree = new MerkleTree(memoryHashStore(), 0)
  for (const bytes of history.entries) tree.append(leafHash(bytes))
  return {
    checkpoint: history.checkpoint(),
    entries: history.entries.slice(from, to),
    proof: tree.consistencyProof(to, tree.size)
  }
}

function rest(history: TestHistory, from: number) {
  return { checkpoint: history.checkpoint(), entries: history.entries.slice(from) }
}

function faultOf(verdict: Verdict<unknown>): string {
  return verdict.ok ? 'accepted' : verdict.fault
}

describe('[SR-CFG-2] a catch-up in parts', () => {
  test('counts at once; the head and its age follow with the last part', () => {
    const { history, log } = start()
    const heard: Advance[] = []
    log.onAdvance((advance) => heard.push(advance))
    const before = log.head()
    assert.deepEqual(accepted(log.advancePart(part(history, 1, 8))), { added: 7 })
    assert.deepEqual([log.size, log.reach, log.state.size], [1, 8, 8])
    assert.equal(log.head(), before)
    assert.equal(log.state.nodes().length, 6)
    assert.deepEqual(accepted(log.advance(rest(history, 8))), { added: 12 })
    assert.deepEqual([log.size, log.reach, log.state.size], [SIZE, SIZE, SIZE])
    assert.deepEqual(log.head().bytes, history.checkpoint())
    assert.deepEqual(
      heard.map(({ added, isPart }) => [added.length, isPart]),
      [
        [7, true],
        [12, false]
      ]
    )
  })

  test('that broke off goes on after a restart where it was', () => {
    const store = createTrustStore(openDatabase(':memory:'))
    const { history, log, clock } = start({ store })
    accepted(log.advancePart(part(history, 1, 5)))
    accepted(log.advancePart(part(history, 5, 9)))
    const loaded = TrustLog.load(store, { clock })
    assert.deepEqual([loaded.size, loaded.reach], [1, 9])
    assert.deepEqual(loaded.state.nodes(), log.state.nodes())
    accepted(loaded.advance(rest(history, 9)))
    assert.deepEqual(TrustLog.load(store, { clock }).head().bytes, history.checkpoint())
  })

  test('hands out nothing that no checkpoint of its own vouches for', () => {
    const { history, log } = start()
    accepted(log.advancePart(part(history, 1, 8)))
    assert.deepEqual(log.entries(0, 8), [history.genesis.entry])
    assert.throws(() => log.entry(1), { code: 'TRUST_ENTRY_NOT_FOUND' })
  })

  test('is passed by checkpoints behind it, and ended by one of just its size', () => {
    const { history, log } = start()
    accepted(log.advancePart(part(history, 1, 8)))
    assert.equal(accepted(log.judgeCheckpoint(history.checkpoint(5))).relation, 'ahead')
    const passed = log.advance({
      checkpoint: history.checkpoint(5),
      entries: history.entries.slice(1, 5)
    })
    assert.deepEqual([accepted(passed), log.size, log.reach], [{ added: 0 }, 1, 8])
    assert.deepEqual(accepted(log.advance({ checkpoint: history.checkpoint(8), entries: [] })), {
      added: 0
    })
    assert.deepEqual([log.size, log.reach], [8, 8])
  })

  test('leads through a change of the authority key', async () => {
    const { authority, log, random, newcomer } = createTestNetwork('rotation')
    const next = PrivateKey.generate(random)
    await authority.decide(prepareKey(log.network, next))
    await authority.activateKey(next)
    for (const member of ['anna', 'bob', 'carl']) {
      await authority.decide({ type: 'member-added', attributes: {}, member, groups: [] })
    }
    const late = newcomer()
    const checkpoint = log.head().bytes
    for (const to of [2, 4]) {
      const entries = log.entries(late.reach, to)
      accepted(late.advancePart({ checkpoint, entries, proof: log.consistencyProof(to, log.size) }))
    }
    accepted(late.advance({ checkpoint, entries: log.entries(4, log.size) }))
    assert.ok(late.state.isSigningKey(next.publicKey))
    assert.deepEqual(late.head().bytes, checkpoint)
  })

  test('of an authority lets it sign nothing: that would be a second history', async () => {
    const { authority, key, log, network, genesis, clock, random } = createTestNetwork('authority')
    for (const member of ['anna', 'bob', 'carl']) {
      await authority.decide({ type: 'member-added', attributes: {}, member, groups: [] })
    }
    const copy = accepted(TrustLog.create(memoryTrustStore(), { clock, network, genesis }))
    const proof = log.consistencyProof(2, log.size)
    accepted(copy.advancePart({ checkpoint: log.head().bytes, entries: log.entries(1, 2), proof }))
    const behind = createAuthority({
      ...{ log: copy, clock, random, key: () => key },
      issue: issueCertificate,
      issueAuthority: issueAuthorityCertificate
    })
    const eve: Statement = { type: 'member-added', attributes: {}, member: 'eve', groups: [] }
    await assert.rejects(behind.decide(eve), { code: 'TRUST_CATCHING_UP' })
    assert.deepEqual(behind.resign(), copy.head())
    assert.deepEqual([copy.size, copy.reach], [1, 2])
    accepted(copy.advance({ checkpoint: log.head().bytes, entries: log.entries(2, log.size) }))
    await behind.decide(eve)
  })
})

describe('[SR-CFG-2] a part that is not of the log stores nothing:', () => {
  const cases: Record<string, (good: ReturnType<typeof part>) => ReturnType<typeof part>> = {
    'an entry that nobody signed': ({ entries, ...good }) => ({
      ...good,
      entries: [...entries.slice(0, -1), new Uint8Array(100)]
    }),
    'an entry left out': ({ entries, ...good }) => ({ ...good, entries: entries.slice(1) }),
    'two entries exchanged': ({ entries, ...good }) => ({ ...good, entries: entries.toReversed() }),
    'no proof': (good) => ({ ...good, proof: [] }),
    'the proof of another place': ({ proof, ...good }) => ({ ...good, proof: proof.slice(1) })
  }
  for (const [what, change] of Object.entries(cases)) {
    test(what, () => {
      const { history, log, store } = start()
      assert.equal(faultOf(log.advancePart(change(part(history, 1, 7)))), 'TRUST_PROOF_INVALID')
      assert.deepEqual([log.reach, log.state.size, [...store.entries(0, 99)].length], [1, 1, 1])
      accepted(log.advancePart(part(history, 1, 7)))
    })
  }

  test('an entry of somebody else under a checkpoint of somebody else', () => {
    const { history, log, store } = start()
    const stranger = PrivateKey.generate(seededRandom('stranger'))
    history.entries.length = 1
    history.key = stranger
    for (let i = 1; i < SIZE; i++) history.addMember(`eve-${i}`)
    const fault = faultOf(log.advancePart(part(history, 1, 7)))
    assert.equal(fault, 'TRUST_SIGNER_NOT_ENTITLED')
    assert.deepEqual([log.reach, log.state.size, [...store.entries(0, 99)].length], [1, 1, 1])
  })

  test('[SR-CFG-4] a checkpoint that contradicts what has come is TRUST_FORK', () => {
    const { history, log } = start()
    accepted(log.advancePart(part(history, 1, 8)))
    const other = history.checkpoint(5, { root: new Uint8Array(32) })
    assert.equal(faultOf(log.judgeCheckpoint(other)), 'TRUST_FORK')
  })

  test('any part, while the key in charge is doubted', () => {
    const { history, log } = start({ doubts: { ...NO_DOUBTS, isDoubted: () => true } })
    assert.ok(log.isDoubted)
    assert.equal(faultOf(log.advancePart(part(history, 1, 7))), 'TRUST_EQUIVOCATION')
    const control = start()
    assert.equal(faultOf(control.log.advancePart(part(control.history, 1, 7))), 'accepted')
  })
})
