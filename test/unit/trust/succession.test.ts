import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { LIMITS } from '../../../src/limits.ts'
import { sealPossession } from '../../../src/trust/approval.ts'
import { keyStep, prepareKey } from '../../../src/trust/authority.ts'
import { heirsIn, successionOf } from '../../../src/trust/succession.ts'
import { TrustLog } from '../../../src/trust/trust-log.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { accepted, memoryTrustStore, TestHistory } from '../../support/trust-network.ts'

const random = seededRandom('heirs')
const newKey = () => PrivateKey.generate(random)

/** A history that goes on, and logs that stopped listening at some point of it. */
function createNetwork(seed = 'succession') {
  const recovery = newKey()
  const history = new TestHistory(seed, recovery.publicKey)
  const clock = new FakeTime(history.time)
  const logOf = (size = history.entries.length) => {
    const { network, genesis } = history
    const log = accepted(TrustLog.create(memoryTrustStore(), { clock, network, genesis }))
    const entries = history.entries.slice(1, size)
    if (size > 1) accepted(log.advance({ checkpoint: history.checkpoint(size), entries }))
    return log
  }
  const rotate = (next = newKey()) => {
    history.add(prepareKey(history.network, next))
    history.add(keyStep('activated', next.publicKey))
    history.key = next
    return next
  }
  const recover = (after?: PrivateKey) => {
    const next = newKey()
    const statement = {
      type: 'recovered',
      key: next.publicKey.bytes,
      possession: sealPossession(history.network, next),
      recoveryKey: after?.publicKey.bytes ?? new Uint8Array(),
      reason: ''
    } as const
    history.entries.push(history.next(statement, recovery))
    history.key = next
    return next
  }
  const shown = () => successionOf(logOf(), clock.now())
  return { history, clock, logOf, rotate, recover, shown }
}

const hex = (keys: readonly { readonly bytes: Uint8Array }[]) =>
  keys.map(({ bytes }) => Buffer.from(bytes).toString('hex'))
const publicKeys = (...keys: readonly PrivateKey[]) => hex(keys.map(({ publicKey }) => publicKey))

describe('[SR-CFG-1] the succession of authority keys', () => {
  test('leads from any key that a node knows to the one in charge', () => {
    const { history, logOf, rotate, recover, shown } = createNetwork()
    const old = logOf()
    const [second, third] = [rotate(), rotate()]
    history.addMember('anna')
    const behind = logOf()
    const fourth = recover()
    const all = shown()
    assert.equal(all.length, 5)
    assert.deepEqual(hex(heirsIn(old, all)), publicKeys(second, third, fourth))
    assert.deepEqual(hex(heirsIn(behind, all)), publicKeys(fourth))
    assert.deepEqual(heirsIn(logOf(), all), [])
  })

  test('goes on from a key that was prepared before the node went away', () => {
    const { history, logOf, shown } = createNetwork()
    const next = newKey()
    history.add(prepareKey(history.network, next))
    const log = logOf()
    assert.deepEqual(heirsIn(log, shown()), [])
    history.add(keyStep('activated', next.publicKey))
    history.key = next
    assert.deepEqual(hex(heirsIn(log, shown())), publicKeys(next))
  })

  test('knows the recovery key that follows', () => {
    const { history, logOf, recover, shown } = createNetwork()
    const old = logOf()
    const after = newKey()
    const first = recover(after)
    const second = newKey()
    const statement = {
      type: 'recovered',
      key: second.publicKey.bytes,
      possession: sealPossession(history.network, second),
      recoveryKey: new Uint8Array(),
      reason: ''
    } as const
    history.entries.push(history.next(statement, after))
    history.key = second
    assert.deepEqual(hex(heirsIn(old, shown())), publicKeys(first, second))
    assert.deepEqual(heirsIn(old, shown().slice(1)), [], 'a step is missing')
  })

  test('has no place for who was not named by the key in charge', () => {
    const { history, logOf, shown, rotate } = createNetwork()
    const log = logOf()
    const stranger = newKey()
    const prepared = history.next(prepareKey(history.network, stranger), stranger)
    const activated = history.next(keyStep('activated', stranger.publicKey), stranger)
    assert.deepEqual(heirsIn(log, [prepared, activated]), [])
    const honest = history.next(prepareKey(history.network, stranger))
    assert.deepEqual(heirsIn(log, [honest, activated]), [], 'activated by itself')
    const unprepared = history.next(keyStep('activated', stranger.publicKey))
    assert.deepEqual(heirsIn(log, [unprepared]), [], 'never prepared')
    const broken = unprepared.slice()
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
    assert.deepEqual(heirsIn(log, [honest, broken, new Uint8Array(3)]), [])
    rotate()
    const [foreign] = [createNetwork('another')]
    foreign.rotate()
    assert.deepEqual(heirsIn(log, foreign.shown()), [], 'of another network')
    assert.deepEqual(heirsIn(log, shown().toReversed()), [], 'in another order')
  })

  test('is shown as long as certificates of the old key may live, the newest steps of it', () => {
    const { clock, logOf, rotate, shown } = createNetwork()
    const old = logOf()
    for (let i = 0; i < LIMITS.successionEntriesMax / 2; i++) rotate()
    const before = logOf()
    const last = rotate()
    assert.equal(shown().length, LIMITS.successionEntriesMax)
    assert.deepEqual(hex(heirsIn(before, shown())), publicKeys(last))
    assert.deepEqual(heirsIn(old, shown()), [])
    clock.jump(clock.now() + LIMITS.certificateLifetimeMs + 1)
    assert.deepEqual(shown(), [])
  })
})
