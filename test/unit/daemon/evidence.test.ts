import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { createEvidenceRoom } from '../../../src/daemon/evidence.ts'
import { utf8 } from '../../../src/encoding/bytes.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import { openReport } from '../../../src/protocols/evidence/index.ts'
import { encodeEvidence } from '../../../src/records/evidence.ts'
import { openRecord, sealRecord } from '../../../src/records/record.ts'
import { sealProof } from '../../../src/records/storage-proof.ts'
import { sealReceipt } from '../../../src/records/storage-receipt.ts'
import { WEIGHTS } from '../../../src/reputation/penalties.ts'
import { scoreOf } from '../../../src/reputation/reputation.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createEvidenceStore } from '../../../src/storage/evidence-store.ts'
import { MemoryNetwork } from '../../support/memory-overlay.ts'
import { testLedger } from '../../support/reputation-cases.ts'
import { accepted, createTestNetwork } from '../../support/trust-network.ts'

/** The room of a node of Alice, who has a second node; Mallory is a member too. */
async function setup(seed: string) {
  const { clock, authority, network, log, random } = createTestNetwork(seed)
  const enroll = async (member: string, node: string) => {
    const key = PrivateKey.generate(random)
    const grant = { member, node, groups: [], publicKey: key.publicKey }
    await authority.enroll({ ...grant, method: 'invite', assurance: 1, invite: '' })
    return key
  }
  const own = await enroll('alice', 'desk')
  const second = await enroll('alice', 'phone')
  const mallory = await enroll('mallory', 'laptop')
  const ledger = testLedger({ time: clock })
  const alarms: { code: string; subject: string; of: unknown }[] = []
  const db = openDatabase(':memory:')
  const room = createEvidenceRoom({
    overlay: new MemoryNetwork().join({
      nodeId: nodeIdOf(own.publicKey),
      member: 'alice',
      node: 'desk'
    }),
    ...{ log, ledger, clock, scheduler: clock, random, logger: silentLogger, open: openReport },
    store: createEvidenceStore(db),
    alarms: {
      raise: ({ code, subject, detail }) => void alarms.push({ code, subject, of: detail?.['of'] })
    }
  })
  const record = (value: string, key: PrivateKey, version = 1) =>
    sealRecord(
      {
        ...{ network, kind: 'note', owner: 'x', name: 'x', version },
        ...{ storedAt: clock.now(), lifetimeMs: 10 * LIMITS.clockSkewMs, form: 'plain' },
        value: utf8(value)
      },
      key
    )
  const fork = (key: PrivateKey) =>
    encodeEvidence('RECORD_EQUIVOCATION', [record('a', key), record('b', key)])
  const brokenPromise = (key: PrivateKey, version: number) => {
    const kept = accepted(openRecord(record('a', own, version), network))
    const receipt = sealReceipt(kept, clock.now(), key)
    clock.advance(LIMITS.clockSkewMs + 1)
    const nonce = new Uint8Array(LIMITS.auditNonceBytes)
    const asked = { network, location: kept.location, nonce, time: clock.now() }
    const denial = sealProof(asked, undefined, key)
    return encodeEvidence('RECORD_PROMISE_BROKEN', [receipt, denial, kept.bytes])
  }
  return { room, ledger, alarms, clock, fork, brokenPromise, own, second, mallory, db }
}

describe('[SR-REP-2] evidence against', () => {
  test('another member bans it when it is an equivocation', async () => {
    const { room, ledger, alarms, fork, mallory } = await setup('ban')
    accepted(room.submit(fork(mallory)))
    assert.equal(ledger.standing('mallory'), 'banned')
    assert.deepEqual(alarms, [])
  })

  test('another member counts as one grave fault when a promise was broken, and bans nobody alone', async () => {
    const { room, ledger, clock, brokenPromise, mallory } = await setup('promise')
    accepted(room.submit(brokenPromise(mallory, 1)))
    assert.equal(ledger.standing('mallory'), 'neutral')
    const score = scoreOf(ledger.reputation('mallory'), clock.now())
    assert.equal(Math.round(score), -WEIGHTS.major.points)
    accepted(room.submit(brokenPromise(mallory, 2)))
    assert.equal(ledger.standing('mallory'), 'restricted')
  })

  test('this node or another node of its member raises an alarm, and judges nobody', async () => {
    const { room, ledger, alarms, fork, own, second } = await setup('self')
    accepted(room.submit(fork(own)))
    accepted(room.submit(fork(second)))
    assert.deepEqual(
      alarms,
      [own, second].map(({ publicKey }) => ({
        ...{ code: 'SELF_REPORTED', subject: nodeIdOf(publicKey), of: 'RECORD_EQUIVOCATION' }
      }))
    )
    assert.deepEqual(ledger.all(), [])
  })
})
