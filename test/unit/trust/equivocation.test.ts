import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createDoubtStore } from '../../../src/storage/doubt-store.ts'
import { createTrustStore, restartTrustLog } from '../../../src/storage/trust-store.ts'
import { sealPossession } from '../../../src/trust/approval.ts'
import { sealCheckpoint } from '../../../src/trust/checkpoint.ts'
import { NO_DOUBTS, StoredDoubts } from '../../../src/trust/doubts.ts'
import {
  createEquivocationProof,
  type Evidence,
  openEvidence,
  verifyEquivocationProof
} from '../../../src/trust/equivocation.ts'
import {
  MerkleTree,
  memoryHashStore,
  prefixProof,
  rootOfPrefix
} from '../../../src/trust/merkle.ts'
import { keyEntries } from '../../../src/trust/proof.ts'
import { TrustLog } from '../../../src/trust/trust-log.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { accepted, type Statement, TestHistory } from '../../support/trust-network.ts'

/** Two histories of one authority that are the same up to `common` entries. */
function fork(seed: string, common: number, left: number, right: number) {
  const history = new TestHistory(seed)
  for (let i = 1; i < common; i++) history.addMember(`common-${i}`)
  const shared = [...history.entries]
  const branch = (name: string, count: number) => {
    history.entries.length = 0
    history.entries.push(...shared)
    for (let i = 0; i < count; i++) history.addMember(`${name}-${i}`)
    return { entries: [...history.entries], head: history.checkpoint() }
  }
  return { history, left: branch('left', left), right: branch('right', right) }
}

interface Branch {
  readonly entries: readonly Uint8Array[]
  readonly head: Uint8Array
}

function logOf(
  { network, genesis }: TestHistory,
  { entries, head: checkpoint }: Branch,
  store = createTrustStore(openDatabase(':memory:')),
  doubts?: StoredDoubts
): TrustLog {
  const clock = new FakeTime()
  const init = { clock, network, genesis, ...(doubts === undefined ? {} : { doubts }) }
  const log = accepted(TrustLog.create(store, init))
  accepted(log.advance({ checkpoint, entries: entries.slice(1) }))
  return log
}

/** What `log` finds out when it sees the head of the other branch. */
function found(log: TrustLog, head: Uint8Array): { readonly code: string; evidence?: Evidence } {
  const seen: Evidence[] = []
  const end = log.onConflict((evidence) => seen.push(evidence))
  const judged = log.judgeCheckpoint(head)
  end()
  const [evidence] = seen
  const code = judged.ok ? judged.value.relation : judged.fault
  return evidence === undefined ? { code } : { code, evidence }
}

const faultOf = (verdict: { ok: boolean; fault?: string }) => (verdict.ok ? 'ok' : verdict.fault)

describe('[SR-CFG-4] two histories of one authority', () => {
  test('are proved by the side whose log is not the smaller one, at any sizes', () => {
    for (const common of [1, 2, 3, 4, 7]) {
      for (const [l, r] of [
        [1, 1],
        [5, 1],
        [3, 2],
        [9, 4]
      ] as const) {
        const { history, left, right } = fork(`sizes-${common}-${l}-${r}`, common, l, r)
        const { code, evidence } = found(logOf(history, left), right.head)
        assert.equal(code, 'TRUST_FORK')
        const opened = accepted(openEvidence(evidence?.bytes ?? assert.fail(), history.network))
        assert.equal(opened.at, common + r)
        assert.ok(opened.signer.equals(history.key.publicKey))
        const other = found(logOf(history, right), left.head)
        assert.equal(other.code, l === r ? 'TRUST_FORK' : 'ahead')
      }
    }
  })

  test('are not claimed of a log and what it grew from, nor proved by any change of a proof', () => {
    const { history, left, right } = fork('honest', 4, 5, 1)
    const log = logOf(history, left)
    history.entries.length = 0
    history.entries.push(...left.entries)
    const earlier = history.checkpoint(6)
    assert.deepEqual(found(log, earlier), { code: 'behind' })
    const { evidence } = found(log, right.head)
    const bytes = evidence?.bytes ?? assert.fail()
    let refusedChanges = 0
    for (let i = 0; i < bytes.length; i++) {
      const changed = Uint8Array.from(bytes)
      changed[i] = (changed[i] ?? 0) ^ 1
      if (!openEvidence(changed, history.network).ok) refusedChanges++
    }
    assert.equal(refusedChanges, bytes.length)
    const other = new TestHistory('other').network
    assert.equal(faultOf(openEvidence(bytes, other)), 'WRONG_NETWORK')
  })

  test('are proved by two entries for one place, too', () => {
    const { history, left, right } = fork('entries', 3, 2, 3)
    const log = logOf(history, left)
    const seen: Evidence[] = []
    log.onConflict((evidence) => seen.push(evidence))
    const taken = log.advance({ checkpoint: right.head, entries: right.entries.slice(2) })
    assert.equal(faultOf(taken), 'TRUST_PROOF_INVALID')
    assert.equal(seen[0]?.about, 'entries')
    assert.equal(accepted(openEvidence(seen[0]?.bytes, history.network)).at, 3)
    // The same entry twice is no conflict, and neither are two keys.
    const rival = PrivateKey.generate(history.random)
    for (const entry of [left.entries[3] ?? assert.fail(), history.next(MEMBER, rival)]) {
      seen.length = 0
      log.advance({ checkpoint: right.head, entries: [...right.entries.slice(0, 3), entry] })
      assert.deepEqual(seen, [])
    }
  })

  test('of another key than the one in charge prove nothing about it', () => {
    const { history, left } = fork('stranger', 3, 2, 1)
    const log = logOf(history, left)
    const key = PrivateKey.generate(history.random)
    const { network, size, time } = log.head().checkpoint
    const claim = { version: 1, network, size, time, root: new Uint8Array(32) } as const
    assert.deepEqual(found(log, sealCheckpoint(claim, key)), { code: 'TRUST_SIGNER_NOT_ENTITLED' })
  })

  test('convince somebody who knows the id of the network, and nobody else is blamed', () => {
    const { history, left, right } = fork('stranger-proof', 3, 2, 1)
    const log = logOf(history, left)
    const { evidence } = found(log, right.head)
    const entries = keyEntries(log).map((index) => log.entry(index))
    const proof = createEquivocationProof(history.network, evidence ?? assert.fail(), entries)
    const proved = accepted(verifyEquivocationProof(proof, history.network))
    assert.deepEqual([proved.networkName, proved.evidence.at], ['test', 4])
    const other = new TestHistory('someone').network
    assert.equal(faultOf(verifyEquivocationProof(proof, other)), 'WRONG_NETWORK')
    const foreign = { ...proof, network: other }
    assert.equal(faultOf(verifyEquivocationProof(foreign, other)), 'WRONG_NETWORK')
    for (const change of [{ keys: [] }, { format: 'peerage-trust-proof/1' }, { more: 1 }]) {
      const changed = { ...proof, ...change }
      assert.equal(faultOf(verifyEquivocationProof(changed, history.network)), 'MESSAGE_MALFORMED')
    }
    const stolen = { ...proof, keys: [proof.keys[0], proof.keys[0]] }
    assert.equal(
      faultOf(verifyEquivocationProof(stolen, history.network)),
      'TRUST_SIGNER_NOT_ENTITLED'
    )
  })
})

const MEMBER: Statement = { type: 'member-added', member: 'm', groups: [], attributes: {} }

describe('[SR-CFG-4] a key that has signed two histories', () => {
  function doubting(seed: string) {
    const forked = fork(seed, 4, 2, 1)
    const db = openDatabase(':memory:')
    const doubts = new StoredDoubts(createDoubtStore(db))
    const log = logOf(forked.history, forked.left, createTrustStore(db), doubts)
    const { evidence } = found(log, forked.right.head)
    const { signer, bytes } = evidence ?? assert.fail()
    assert.ok(doubts.add(signer, bytes))
    assert.ok(!doubts.add(signer, bytes))
    const { history, left } = forked
    history.entries.length = 0
    history.entries.push(...left.entries, history.next(MEMBER))
    history.entries[left.entries.length] = history.next({ ...MEMBER, index: left.entries.length })
    history.time++
    const next = () =>
      log.advance({ checkpoint: history.checkpoint(), entries: history.entries.slice(log.size) })
    return { ...forked, db, doubts, log, signer, next }
  }

  test('is not believed any more, not even that its head is fresh, until somebody decides', () => {
    const { db, doubts, log, history, left, signer, next } = doubting('frozen')
    assert.equal(faultOf(next()), 'TRUST_EQUIVOCATION')
    const fresher = history.checkpoint(left.entries.length)
    assert.equal(faultOf(log.advance({ checkpoint: fresher, entries: [] })), 'TRUST_EQUIVOCATION')
    // What is known already stays: peers with the same history are no strangers.
    assert.equal(accepted(log.judgeCheckpoint(log.head().bytes)).relation, 'same')
    assert.ok(new StoredDoubts(createDoubtStore(db)).isDoubted(signer))
    doubts.decide(doubts.of(signer) ?? assert.fail(), 'keep')
    assert.equal(faultOf(next()), 'ok')
    assert.ok(!new StoredDoubts(createDoubtStore(db)).isDoubted(signer))
  })

  test('cannot put another key in its place; the recovery key can', () => {
    const recovery = PrivateKey.generate(new TestHistory('seed').random)
    const history = new TestHistory('recovered', recovery.publicKey)
    history.addMember('alice')
    const doubts = new StoredDoubts({ load: () => [], save() {} })
    const store = createTrustStore(openDatabase(':memory:'))
    const branch = { entries: [...history.entries], head: history.checkpoint() }
    const log = logOf(history, branch, store, doubts)
    doubts.add(history.key.publicKey, new Uint8Array())
    const next = PrivateKey.generate(history.random)
    const fresh = PrivateKey.generate(history.random)
    history.entries.push(
      history.next(
        {
          type: 'recovered',
          key: next.publicKey.bytes,
          recoveryKey: fresh.publicKey.bytes,
          possession: sealPossession(history.network, next),
          reason: 'fork'
        },
        recovery
      )
    )
    const checkpoint = history.checkpoint(history.entries.length, { key: next })
    accepted(log.advance({ checkpoint, entries: history.entries.slice(log.size) }))
    assert.ok(log.state.isSigningKey(next.publicKey))
  })

  test('a history that was given up is not taken again, and the other one is', () => {
    const { db, doubts, log, history, left, right, signer } = doubting('switch')
    const { size, root } = log.head().checkpoint
    doubts.decide(doubts.of(signer) ?? assert.fail(), 'switched', { size, root })
    restartTrustLog(db)
    const store = createTrustStore(db)
    const reloaded = new StoredDoubts(createDoubtStore(db))
    const again = TrustLog.load(store, { clock: new FakeTime(), doubts: reloaded })
    assert.equal(again.size, 1)
    const back = again.advance({ checkpoint: left.head, entries: left.entries.slice(1) })
    assert.equal(faultOf(back), 'TRUST_FORK')
    accepted(again.advance({ checkpoint: right.head, entries: right.entries.slice(1) }))
    assert.equal(again.size, history.entries.length - 2)
  })

  test('nobody doubts anything by default', () => {
    assert.ok(!NO_DOUBTS.isDoubted(PrivateKey.generate(new TestHistory('x').random).publicKey))
    assert.ok(!NO_DOUBTS.isGivenUp(0, { size: 1, root: () => new Uint8Array(32) }))
  })

  test('a row that was changed is STORAGE_DAMAGED', () => {
    const { db } = doubting('damaged')
    db.prepare('UPDATE doubts SET given_up_size = 3').run()
    assert.throws(() => createDoubtStore(db).load(), { code: 'STORAGE_DAMAGED' })
  })
})

test('[SR-CFG-4] the root of a prefix is what it is, for all sizes up to 33', () => {
  const tree = new MerkleTree(memoryHashStore(), 0)
  for (let i = 0; i < 33; i++) tree.append(Uint8Array.from({ length: 32 }, () => i))
  for (let to = 2; to <= 33; to++) {
    for (let from = 1; from < to; from++) {
      const proof = prefixProof(from, tree.root(from), tree.consistencyProof(from, to))
      assert.deepEqual(rootOfPrefix({ from, to, toRoot: tree.root(to), proof }), tree.root(from))
      assert.equal(rootOfPrefix({ from, to, toRoot: tree.root(from), proof }), undefined)
    }
  }
})
