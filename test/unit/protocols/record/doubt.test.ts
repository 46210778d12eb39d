import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LIMITS } from '../../../../src/limits.ts'
import { createDoubt } from '../../../../src/protocols/record/doubt.ts'
import { FakeTime } from '../../../support/fake-time.ts'
import { alice, bob } from '../../../support/sample-record.ts'

const fetch = { ask: 'fetch', kind: 'note', owner: 'alice', name: 'n' } as const
const store = { ask: 'store', record: new Uint8Array(1) } as const

/** Alice's node, beside Bob's unless she is alone. */
function holder({ isForgetful = true, isAlone = false, isDamaged = (): boolean => false } = {}) {
  const scheduler = new FakeTime()
  let isConnected = false
  const nodes = [alice, ...(isAlone ? [] : [bob])].map((nodeId) => ({ nodeId }))
  const doubt = createDoubt({
    overlay: { nodeId: alice, peer: () => (isConnected ? {} : undefined) },
    membership: { liveNodes: () => nodes },
    ...{ scheduler, isForgetful, isDamaged }
  })
  doubt.start()
  return {
    doubt,
    round: (rounds = 1) => scheduler.advance(rounds * LIMITS.recordRepairMs),
    connect: () => {
      isConnected = true
    }
  }
}

describe('[SR-INT-3] a holder whose memory of versions has gaps', () => {
  test('takes records and shows none until others had their rounds of repair', () => {
    const { doubt, round, connect } = holder()
    connect()
    round(LIMITS.recordDoubtRounds - 1)
    assert.deepEqual([doubt.forbids(fetch), doubt.forbids(store)], [true, false])
    round()
    assert.equal(doubt.forbids(fetch), false)
  })

  test('does not count rounds in which it met nobody', () => {
    const { doubt, round, connect } = holder()
    round(10 * LIMITS.recordDoubtRounds)
    assert.equal(doubt.forbids(fetch), true)
    connect()
    round(LIMITS.recordDoubtRounds)
    assert.equal(doubt.forbids(fetch), false)
  })

  test('waits for nobody where it is the only node', () => {
    const { doubt, round } = holder({ isAlone: true })
    round(LIMITS.recordDoubtRounds)
    assert.equal(doubt.forbids(fetch), false)
  })

  test('shows nothing more from the moment that damage is found, and goes on taking records', () => {
    let isFound = false
    const { doubt, round, connect } = holder({ isForgetful: false, isDamaged: () => isFound })
    connect()
    assert.equal(doubt.forbids(fetch), false)
    isFound = true
    round(LIMITS.recordDoubtRounds)
    assert.deepEqual([doubt.forbids(fetch), doubt.forbids(store)], [true, false])
  })

  test('one without damage shows what it has at once', () => {
    assert.equal(holder({ isForgetful: false }).doubt.forbids(fetch), false)
  })
})
