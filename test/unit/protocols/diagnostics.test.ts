import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { answerDiagnostics } from '../../../src/protocols/diagnostics/handler.ts'
import {
  type Asked,
  createDiagnostics,
  parseRule
} from '../../../src/protocols/diagnostics/index.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { MemoryNetwork } from '../../support/memory-overlay.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const NOW = Date.UTC(2026, 0, 1)
const rulesOf = (...texts: readonly string[]) => texts.flatMap((text) => parseRule(text) ?? [])
const carol = { member: 'carol', groups: ['operators'] }
const mallory = { member: 'mallory', groups: [] }

function ask(rules: readonly string[], asker = carol, lastsMs = 60_000) {
  const request = { kinds: ['version', 'peers'] as const, expiresAt: NOW + lastsMs }
  const answer = answerDiagnostics(
    { ...request, kinds: [...request.kinds] },
    { now: NOW, rules: rulesOf(...rules), asker, tell: (kind) => `${kind} told` }
  )
  if (!answer.ok) return answer.fault
  return [answer.value.answers.map(({ kind }) => kind).join(), answer.value.denied.join()]
}

describe('[SR-DIAG-1] a question about the state of a node', () => {
  test('is denied to everybody where no rule allows it', () => {
    assert.equal(ask([]), 'DIAGNOSTICS_DENIED')
  })

  test('is answered kind by kind, to the groups and members that a rule names', () => {
    assert.deepEqual(ask(['version:group:operators']), ['version', 'peers'])
    assert.deepEqual(ask(['version:member:carol', 'peers:group:operators']), ['version,peers', ''])
    assert.equal(ask(['version:group:operators'], mallory), 'DIAGNOSTICS_DENIED')
    assert.equal(ask(['uptime:member:carol']), 'DIAGNOSTICS_DENIED', 'another kind')
    assert.equal(ask(['version:member:operators']), 'DIAGNOSTICS_DENIED', 'a group is no member')
  })

  test('ends by itself, after ten minutes at the latest, clocks being off by the tolerance', () => {
    const rules = ['version:group:operators']
    const [longest, skew] = [LIMITS.diagnosticsMsMax, LIMITS.clockSkewMs]
    assert.equal(LIMITS.diagnosticsMsMax, 600_000)
    assert.ok(Array.isArray(ask(rules, carol, longest + skew)))
    assert.equal(ask(rules, carol, longest + skew + 1), 'DIAGNOSTICS_EXPIRED')
    assert.ok(Array.isArray(ask(rules, carol, 1 - skew)))
    assert.equal(ask(rules, carol, -skew), 'DIAGNOSTICS_EXPIRED')
  })

  test('is about one of the known kinds, by a rule of one form', () => {
    for (const text of [
      'version',
      'version:all:x',
      'memory:group:x',
      'version:group:',
      'x:y:z:v'
    ]) {
      assert.equal(parseRule(text), undefined, text)
    }
  })

  test('between nodes: who asks is whom the certificate names, and each question is noted', async () => {
    const memory = new MemoryNetwork()
    const clock = new FakeTime(NOW)
    const random = seededRandom('diagnostics')
    const join = (member: string) =>
      memory.join({ nodeId: nodeIdOf(PrivateKey.generate(random).publicKey), member, node: 'one' })
    const [asked, friend, other] = [join('alice'), join('carol'), join('mallory')]
    const noted: Asked[] = []
    const create = (overlay: typeof asked, rules: readonly string[] = []) =>
      createDiagnostics({
        ...{ overlay, clock, groupsOf: () => [], rules: () => rulesOf(...rules) },
        ...{ tell: () => 7, onAsked: (each) => void noted.push(each) }
      })
    await create(asked, ['peers:member:carol']).start()
    const told = await create(friend).ask(asked.nodeId, ['peers', 'clock'], 60_000)
    assert.deepEqual(told, {
      ok: true,
      value: { answers: [{ kind: 'peers', value: 7 }], denied: ['clock'] }
    })
    const refused = await create(other).ask(asked.nodeId, ['peers'], 60_000)
    assert.equal(refused.ok ? 'told' : refused.fault, 'DIAGNOSTICS_DENIED')
    assert.deepEqual(
      noted.map(({ nodeId, code }) => [nodeId, code]),
      [
        [friend.nodeId, undefined],
        [other.nodeId, 'DIAGNOSTICS_DENIED']
      ]
    )
    const long = await create(friend).ask(asked.nodeId, ['peers'], LIMITS.diagnosticsMsMax + 1)
    assert.equal(long.ok ? 'told' : long.fault, 'DIAGNOSTICS_EXPIRED')
  })
})
