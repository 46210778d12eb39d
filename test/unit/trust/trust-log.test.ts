import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sha256 } from '../../../src/crypto/digest.ts'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { PeerageError } from '../../../src/errors.ts'
import { networkIdOf } from '../../../src/identity/network-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createTrustStore } from '../../../src/storage/trust-store.ts'
import { parseCheckpoint } from '../../../src/trust/checkpoint.ts'
import { parseEntry } from '../../../src/trust/entry.ts'
import { leafHash, verifyInclusion } from '../../../src/trust/merkle.ts'
import { type Advance, TrustLog, type TrustStore } from '../../../src/trust/trust-log.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import {
  accepted,
  memoryTrustStore,
  type Statement,
  TestHistory
} from '../../support/trust-network.ts'

const MINUTE = 60_000
const stranger = PrivateKey.generate(seededRandom('stranger'))
const stores: Record<string, () => TrustStore> = {
  memory: memoryTrustStore,
  'the database': () => createTrustStore(openDatabase(':memory:'))
}

/** A history of `size` entries and a log that knows the first `known` of them. */
function createLog(store: TrustStore, { known = 1, size = 6 } = {}) {
  const history = new TestHistory('log')
  const clock = new FakeTime(history.time)
  history.addMember('anna')
  for (let i = 2; i < size; i++) history.addNode('anna', `node-${i}`)
  const { network, genesis } = history
  const log = accepted(TrustLog.create(store, { clock, network, genesis }))
  if (known > 1) accepted(log.advance(update(history, known)))
  return { history, log, clock, network, genesis }
}

function update(history: TestHistory, size = history.entries.length, from = 0) {
  return { checkpoint: history.checkpoint(size), entries: history.entries.slice(from, size) }
}

/** Refused with the code, and nothing changed, neither here nor in the store. */
function assertRefused(
  log: TrustLog,
  store: TrustStore,
  input: Parameters<TrustLog['advance']>[0],
  fault: string,
  rule?: string
) {
  const before = [log.size, log.state.size, log.head().bytes, log.state.nodes()] as const
  let calls = 0
  const stop = log.onAdvance(() => calls++)
  const verdict = log.advance(input)
  stop()
  assert.equal(verdict.ok ? 'accepted' : verdict.fault, fault)
  if (rule !== undefined && !verdict.ok) assert.equal(verdict.detail?.['rule'], rule)
  assert.deepEqual([log.size, log.state.size, log.head().bytes, log.state.nodes()], before)
  assert.equal(calls, 0)
  assert.deepEqual(store.checkpoint('head'), log.head().bytes)
  assert.equal([...store.entries(0, 1000)].length, log.size)
}

for (const [name, createStore] of Object.entries(stores)) {
  describe(`the trust log over ${name}`, () => {
    test('begins with genesis and says who it is', () => {
      const { log, network, genesis } = createLog(createStore())
      assert.equal(log.network, network)
      assert.equal(log.size, 1)
      assert.equal(log.state.network?.name, 'test')
      assert.deepEqual(log.head().bytes, genesis.checkpoint)
      assert.deepEqual(log.genesis(), genesis)
    })

    test('advances over all entries at once and tells its listeners what is new', () => {
      const { log, history } = createLog(createStore())
      const heard: Advance[] = []
      const stop = log.onAdvance((advance) => heard.push(advance))
      assert.deepEqual(accepted(log.advance(update(history, 6, 1))), { added: 5 })
      assert.equal(log.size, 6)
      assert.equal(log.state.liveNodes().length, 4)
      assert.deepEqual(
        heard.map(({ added, head }) => [added.map((signed) => signed.entry.index), head]),
        [[[1, 2, 3, 4, 5], log.head()]]
      )
      stop()
      history.addMember('ben')
      accepted(log.advance(update(history)))
      assert.equal(heard.length, 1)
    })

    test('a listener that throws neither stops the others nor takes the advance back', () => {
      const { log, history } = createLog(createStore())
      let heard = 0
      log.onAdvance(() => {
        throw new RangeError('bug')
      })
      log.onAdvance(() => heard++)
      assert.throws(() => log.advance(update(history)), AggregateError)
      assert.equal(heard, 1)
      assert.equal(log.size, 6)
    })

    test('entries that are here already are skipped', () => {
      const { log, history } = createLog(createStore(), { known: 3 })
      assert.deepEqual(accepted(log.advance(update(history, 6, 1))), { added: 3 })
      assert.equal(log.size, 6)
    })

    test('hands out entries and proofs that lead to its signed root', () => {
      const { log, history } = createLog(createStore(), { known: 6 })
      assert.deepEqual(log.entries(2, 4), history.entries.slice(2, 4))
      assert.deepEqual(log.entries(4, 100), history.entries.slice(4))
      assert.deepEqual(log.entries(6, 100), [])
      assert.deepEqual(log.entry(3).bytes, history.entries[3])
      const { root } = log.head().checkpoint
      log.entries(0, 6).forEach((bytes, index) => {
        const proof = log.inclusionProof(index, 6)
        assert.ok(verifyInclusion({ leaf: leafHash(bytes), index, size: 6, root, proof }))
      })
      for (const index of [-1, 6, 0.5]) {
        assert.throws(
          () => log.entry(index),
          (error) => error instanceof PeerageError && error.code === 'TRUST_ENTRY_NOT_FOUND'
        )
      }
    })

    test('verifies that a larger log begins with its own', () => {
      const { log, history } = createLog(createStore(), { known: 3 })
      const { log: ahead } = createLog(createStore(), { known: 6 })
      const checkpoint = ahead.head().bytes
      assert.ok(log.verifyExtension(checkpoint, ahead.consistencyProof(3, 6)))
      assert.ok(!log.verifyExtension(checkpoint, ahead.consistencyProof(2, 6)))
      assert.ok(!log.verifyExtension(history.checkpoint(5), ahead.consistencyProof(3, 6)))
      assert.ok(!log.verifyExtension(new Uint8Array(), ahead.consistencyProof(3, 6)))
    })

    test('[SR-CFG-1] a smaller checkpoint is refused with TRUST_ROLLBACK, also after a restart', () => {
      const store = createStore()
      const { log, history, clock } = createLog(store, { known: 5 })
      history.time += MINUTE
      clock.advance(MINUTE)
      const older = { checkpoint: history.checkpoint(4), entries: history.entries.slice(0, 4) }
      assertRefused(log, store, older, 'TRUST_ROLLBACK')
      assertRefused(TrustLog.load(store, { clock }), store, older, 'TRUST_ROLLBACK')
      assert.equal(accepted(log.judgeCheckpoint(older.checkpoint)).relation, 'behind')
    })

    test('[SR-CFG-4] a checkpoint with another root at our size or below is TRUST_FORK', () => {
      const store = createStore()
      const { log, history } = createLog(store, { known: 5 })
      for (const size of [1, 3, 5]) {
        const checkpoint = history.checkpoint(size, { root: sha256(Uint8Array.of(size)) })
        assertRefused(log, store, { checkpoint, entries: [] }, 'TRUST_FORK')
      }
    })

    test('[SR-CFG-4] another history of the same authority is never taken over', () => {
      const store = createStore()
      const { log, history } = createLog(store, { known: 5 })
      history.entries.splice(3)
      for (const node of ['x', 'y', 'z', 'w']) history.addNode('anna', node)
      assertRefused(log, store, update(history, 5), 'TRUST_FORK')
      assertRefused(log, store, update(history, 4), 'TRUST_FORK')
      assertRefused(log, store, update(history, 7), 'TRUST_PROOF_INVALID')
    })

    test('a newer checkpoint of the same size is taken for its freshness, an older one ignored', () => {
      const store = createStore()
      const { log, history, clock } = createLog(store, { known: 6 })
      const old = history.checkpoint()
      const heard: Advance[] = []
      log.onAdvance((advance) => heard.push(advance))
      clock.advance(MINUTE)
      history.time += MINUTE
      assert.equal(log.checkpointAgeMs(), MINUTE)
      const fresh = history.checkpoint()
      assert.equal(accepted(log.judgeCheckpoint(fresh)).relation, 'same')
      assert.deepEqual(accepted(log.advance({ checkpoint: fresh, entries: [] })), { added: 0 })
      assert.equal(log.checkpointAgeMs(), 0)
      assert.deepEqual(store.checkpoint('head'), fresh)
      assert.deepEqual(accepted(log.advance({ checkpoint: old, entries: [] })), { added: 0 })
      assert.deepEqual(log.head().bytes, fresh)
      assert.deepEqual(heard, [{ added: [], head: log.head(), isPart: false }])
    })

    test('a larger checkpoint is judged ahead, whatever its root', () => {
      const { log, history } = createLog(createStore(), { known: 3 })
      assert.equal(accepted(log.judgeCheckpoint(history.checkpoint(6))).relation, 'ahead')
      assert.equal(log.size, 3)
    })

    test('[SR-CFG-1] a checkpoint that is not of an authority of this network is refused', () => {
      const store = createStore()
      const { log, history } = createLog(store, { known: 5 })
      const refused = (fields: Parameters<TestHistory['checkpoint']>[1], fault: string) =>
        assertRefused(
          log,
          store,
          { checkpoint: history.checkpoint(6, fields), entries: history.entries },
          fault
        )
      refused({ key: stranger }, 'TRUST_SIGNER_NOT_ENTITLED')
      refused({ network: new TestHistory('other').network }, 'WRONG_NETWORK')
      const malformed = { checkpoint: new Uint8Array(9), entries: [] }
      assertRefused(log, store, malformed, 'CHECKPOINT_MALFORMED')
      const flipped = history.checkpoint(6)
      flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
      assertRefused(
        log,
        store,
        { checkpoint: flipped, entries: history.entries },
        'SIGNATURE_INVALID'
      )
    })

    test('a checkpoint from the future is refused with CLOCK_BACKWARD', () => {
      const store = createStore()
      const { log, history } = createLog(store, { known: 5 })
      const at = (time: number) => ({
        checkpoint: history.checkpoint(6, { time }),
        entries: history.entries
      })
      const latest = history.time + LIMITS.clockSkewMs
      assertRefused(log, store, at(latest + 1), 'CLOCK_BACKWARD')
      assert.deepEqual(accepted(log.advance(at(latest))), { added: 1 })
      assert.equal(log.checkpointAgeMs(), 0)
    })

    test('[SR-CFG-1] entries are refused as a whole when one of them is wrong', () => {
      const store = createStore()
      const { log, history } = createLog(store, { known: 3 })
      const withLast = (last: Uint8Array) => {
        const entries = [...history.entries.slice(0, 5), last]
        const forged = new TestHistory('log')
        forged.entries.splice(0, 1, ...entries)
        return { checkpoint: forged.checkpoint(), entries }
      }
      history.entries.splice(5)
      const statement: Statement = {
        type: 'member-added',
        attributes: {},
        member: 'carl',
        groups: []
      }
      const next = (...of: Parameters<TestHistory['next']>) => withLast(history.next(...of))
      assertRefused(log, store, next(statement, stranger), 'TRUST_SIGNER_NOT_ENTITLED')
      assertRefused(
        log,
        store,
        next({ ...statement, index: 6 }),
        'TRUST_ENTRY_INVALID',
        'index-next'
      )
      assertRefused(
        log,
        store,
        next({ type: 'member-added', attributes: {}, member: 'anna', groups: [] }),
        'TRUST_ENTRY_INVALID',
        'member-new'
      )
      assertRefused(log, store, withLast(new Uint8Array(4)), 'MESSAGE_MALFORMED')
      const flipped = history.next(statement)
      flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
      assertRefused(log, store, withLast(flipped), 'SIGNATURE_INVALID')
      assertRefused(
        log,
        store,
        withLast(new Uint8Array(LIMITS.trustEntryBytesMax + 1)),
        'MESSAGE_TOO_LARGE'
      )
      assert.deepEqual(accepted(log.advance(next(statement))), { added: 3 })
    })

    test('entries that are missing or lead to another root are refused', () => {
      const store = createStore()
      const { log, history } = createLog(store, { known: 3 })
      const { checkpoint } = update(history)
      assertRefused(
        log,
        store,
        { checkpoint, entries: history.entries.slice(4) },
        'TRUST_ENTRY_INVALID',
        'entries-missing'
      )
      const root = sha256()
      assertRefused(
        log,
        store,
        { checkpoint: history.checkpoint(6, { root }), entries: history.entries },
        'TRUST_PROOF_INVALID'
      )
    })

    test('a checkpoint dated before its last entry is refused', () => {
      const store = createStore()
      const { log, history } = createLog(store, { known: 3 })
      const checkpoint = history.checkpoint(6, { time: history.time - 1 })
      const input = { checkpoint, entries: history.entries }
      assertRefused(log, store, input, 'TRUST_ENTRY_INVALID', 'checkpoint-time')
    })

    test('[SR-AVL-2] when the store fails, nothing has changed and a later advance succeeds', () => {
      const store = createStore()
      let isFull = false
      const failing: TrustStore = {
        entries: (from, to) => store.entries(from, to),
        checkpoint: (slot) => store.checkpoint(slot),
        append(addition) {
          if (isFull) throw new PeerageError('STORAGE_FULL')
          store.append(addition)
        }
      }
      const { log, history } = createLog(failing, { known: 3 })
      isFull = true
      const head = log.head()
      assert.throws(
        () => log.advance(update(history)),
        (error) => error instanceof PeerageError && error.code === 'STORAGE_FULL'
      )
      assert.deepEqual([log.size, log.state.size, log.head()], [3, 3, head])
      isFull = false
      assert.deepEqual(accepted(log.advance(update(history))), { added: 3 })
    })

    test('[SR-AVL-2] a loaded log is the one that was stored, and goes on', () => {
      const store = createStore()
      const { log, history, clock } = createLog(store, { known: 5 })
      const loaded = TrustLog.load(store, { clock })
      assert.equal(loaded.network, log.network)
      assert.deepEqual(loaded.head().bytes, log.head().bytes)
      assert.deepEqual(loaded.state.nodes(), log.state.nodes())
      assert.deepEqual(loaded.genesis(), log.genesis())
      assert.deepEqual(loaded.consistencyProof(2, 5), log.consistencyProof(2, 5))
      assert.deepEqual(accepted(loaded.advance(update(history))), { added: 1 })
    })

    test('says the root it would have, and keeps its own', () => {
      const { log, history } = createLog(createStore(), { known: 3 })
      const { root } = accepted(parseCheckpoint(history.checkpoint(6))).checkpoint
      const own = log.head().checkpoint.root
      assert.deepEqual(log.rootAfter(history.entries.slice(3)), root)
      assert.deepEqual(log.rootAfter([]), own)
      assert.deepEqual(accepted(log.advance(update(history))), { added: 3 })
    })
  })

  describe(`creating a trust log in ${name}`, () => {
    test('in an empty store only; loading needs one that is not', () => {
      const store = createStore()
      const clock = new FakeTime()
      assert.throws(
        () => TrustLog.load(store, { clock }),
        (error) => error instanceof PeerageError && error.code === 'HOME_EMPTY'
      )
      const { network, genesis } = createLog(store)
      assert.throws(
        () => TrustLog.create(store, { clock, network, genesis }),
        (error) => error instanceof PeerageError && error.code === 'HOME_ALREADY_JOINED'
      )
    })

    test('is refused for a genesis that is not the one of the network', () => {
      const clock = new FakeTime()
      const [a, b] = [new TestHistory('a'), new TestHistory('b')]
      const create = (genesis: TestHistory['genesis']) => {
        const store = createStore()
        const created = TrustLog.create(store, { clock, network: a.network, genesis })
        assert.equal(created.ok, store.checkpoint('head') !== undefined)
        return created.ok ? 'accepted' : created.fault
      }
      assert.equal(create(a.genesis), 'accepted')
      assert.equal(create(b.genesis), 'WRONG_NETWORK')
      assert.equal(create({ ...a.genesis, entry: new Uint8Array(1) }), 'MESSAGE_MALFORMED')
      assert.equal(create({ ...a.genesis, checkpoint: b.genesis.checkpoint }), 'WRONG_NETWORK')
      assert.equal(create({ ...a.genesis, checkpoint: new Uint8Array() }), 'CHECKPOINT_MALFORMED')
      a.addMember('anna')
      assert.equal(create({ ...a.genesis, checkpoint: a.checkpoint() }), 'TRUST_PROOF_INVALID')
      const foreign = a.checkpoint(1, { key: stranger })
      assert.equal(create({ ...a.genesis, checkpoint: foreign }), 'TRUST_SIGNER_NOT_ENTITLED')
    })

    test('is refused for a first entry that is no genesis', () => {
      const history = new TestHistory('a')
      const entry = history.next({
        type: 'member-added',
        attributes: {},
        member: 'anna',
        groups: [],
        index: 0
      })
      const { hash } = accepted(parseEntry(entry))
      history.entries[0] = entry
      const checkpoint = history.checkpoint(1)
      const created = TrustLog.create(createStore(), {
        clock: new FakeTime(),
        network: networkIdOf(hash),
        genesis: { entry, checkpoint }
      })
      assert.equal(created.ok ? '' : created.detail?.['rule'], 'genesis-first')
    })
  })
}

describe('the clock of a node', () => {
  const codeOf = (run: () => void) => {
    try {
      run()
      return 'fine'
    } catch (error) {
      assert.ok(error instanceof PeerageError)
      return error.code
    }
  }

  test('before the genesis of the network is CLOCK_BEFORE_GENESIS', () => {
    const { log, clock, history } = createLog(memoryTrustStore())
    assert.equal(
      codeOf(() => log.requireClock()),
      'fine'
    )
    clock.jump(history.time - LIMITS.clockSkewMs)
    assert.equal(
      codeOf(() => log.requireClock()),
      'fine'
    )
    clock.jump(history.time - LIMITS.clockSkewMs - 1)
    assert.equal(
      codeOf(() => log.requireClock()),
      'CLOCK_BEFORE_GENESIS'
    )
  })

  test('behind a time that was seen signed is CLOCK_BACKWARD', () => {
    const { log, clock, history } = createLog(memoryTrustStore())
    const start = history.time
    clock.advance(60 * MINUTE)
    history.time += 60 * MINUTE
    accepted(log.advance(update(history)))
    clock.jump(start)
    assert.equal(
      codeOf(() => log.requireClock()),
      'CLOCK_BACKWARD'
    )
  })
})
