import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { ANY_AGE, Freshness } from '../../../src/overlay/freshness.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const random = seededRandom('freshness')
const nodeId = () => nodeIdOf(PrivateKey.generate(random).publicKey)
const [alice, bob] = [nodeId(), nodeId()]
const DAY = 86_400_000
const limits = { admissionMs: 2 * DAY, sessionMs: 4 * DAY }

function view(time: number) {
  const head = { checkpoint: { time } }
  return { head, freshness: new Freshness({ head: () => head }, limits) }
}

const code = (refused: { readonly fault: string } | undefined) => refused?.fault ?? 'ok'

describe('[SR-CFG-2] the age of the own view', () => {
  test('up to the first limit nothing follows from it, whatever the peer shows', () => {
    const { freshness } = view(0)
    assert.equal(code(freshness.judgeNew(alice, 0, limits.admissionMs)), 'ok')
    assert.equal(code(freshness.judgeOpen(alice, limits.admissionMs)), 'ok')
  })

  test('beyond it nobody is admitted, and open connections stay up to the second', () => {
    const { freshness } = view(0)
    const now = limits.admissionMs + 1
    assert.deepEqual(freshness.judgeNew(alice, 0, now), {
      ok: false,
      fault: 'TRUST_STALE',
      detail: { ageMs: now }
    })
    assert.equal(code(freshness.judgeOpen(alice, limits.sessionMs)), 'ok')
    assert.equal(code(freshness.judgeOpen(alice, limits.sessionMs + 1)), 'TRUST_STALE')
  })

  test('whoever shows a fresher checkpoint has a minute to deliver it, once', () => {
    const { freshness } = view(0)
    const now = 10 * DAY
    assert.equal(code(freshness.judgeNew(alice, now, now)), 'ok')
    assert.equal(code(freshness.judgeOpen(alice, now + LIMITS.catchUpMs)), 'ok')
    const late = now + LIMITS.catchUpMs + 1
    assert.equal(code(freshness.judgeOpen(alice, late)), 'TRUST_STALE')
    // Coming again does not help; somebody else may have what it takes.
    assert.equal(code(freshness.judgeNew(alice, late, late)), 'TRUST_STALE')
    assert.equal(code(freshness.judgeNew(bob, late, late)), 'ok')
  })

  test('whoever was admitted on credit does not stay on the strength of the longer limit', () => {
    const { freshness } = view(0)
    const now = 3 * DAY
    assert.equal(code(freshness.judgeNew(alice, now, now)), 'ok')
    assert.equal(code(freshness.judgeOpen(bob, now + LIMITS.catchUpMs + 1)), 'ok')
    assert.equal(code(freshness.judgeOpen(alice, now + LIMITS.catchUpMs + 1)), 'TRUST_STALE')
  })

  test('a fresh checkpoint ends all of it, and gives credit again', () => {
    const { freshness, head } = view(0)
    const now = 10 * DAY
    freshness.judgeNew(alice, now, now)
    head.checkpoint.time = now + DAY
    assert.equal(code(freshness.judgeOpen(alice, now + DAY)), 'ok')
    assert.equal(code(freshness.judgeNew(alice, 0, now + DAY)), 'ok')
    const later = now + 10 * DAY
    assert.equal(code(freshness.judgeNew(alice, later, later)), 'ok')
  })

  test('without limits there is no age', () => {
    const head = { checkpoint: { time: 0 } }
    const freshness = new Freshness({ head: () => head }, ANY_AGE)
    assert.equal(code(freshness.judgeOpen(alice, 1e15)), 'ok')
  })
})
