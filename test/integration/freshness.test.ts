import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { LIMITS } from '../../src/limits.ts'
import {
  createOverlayNetwork,
  type OverlayNetwork,
  type TestNode,
  until
} from '../support/overlay-network.ts'
import { accepted } from '../support/trust-network.ts'

const DAY = 86_400_000
const maxAge = { admissionMs: 2 * DAY, sessionMs: 4 * DAY }

describe('[SR-CFG-2][SR-ADM-7] nodes without an authority', { timeout: 60_000 }, () => {
  let network: OverlayNetwork
  afterEach(async () => network.stop())

  async function nodes<const Names extends readonly string[]>(seed: string, ...names: Names) {
    network = createOverlayNetwork(seed)
    const identities = []
    for (const name of names) identities.push(await network.enroll(name, 'node'))
    const started = identities.map((identity) => network.start(identity, { maxAge }))
    return (await Promise.all(started)) as { [I in keyof Names]: TestNode }
  }

  /** Both certificates stay good: only the view grows old. */
  function pass(ms: number): void {
    network.clock.jump(network.clock.now() + ms)
    network.clock.advance(LIMITS.heartbeatMs)
  }

  function takeFresh(node: TestNode): void {
    accepted(node.log.advance({ checkpoint: network.authority.resign().bytes, entries: [] }))
  }

  test('live on for days, then admit nobody, then end connections, each side with the code', async () => {
    const [alice, bob, eve] = await nodes('age', 'alice', 'bob', 'eve')
    assert.ok((await alice.dial(bob)).ok)
    await until(bob, () => bob.host.peer(alice.nodeId) !== undefined)
    pass(maxAge.admissionMs + DAY)
    assert.notEqual(alice.host.peer(bob.nodeId), undefined)

    const refused = await eve.dial(bob)
    assert.deepEqual(refused.ok ? 'admitted' : refused.detail, { reason: 'TRUST_STALE' })
    await until(bob, () => bob.refusals.length > 0)
    const told = [...eve.refusals, ...bob.refusals].map(({ code, by }) => `${code} ${by}`)
    assert.deepEqual(told, ['TRUST_STALE them', 'TRUST_STALE us'])

    pass(2 * DAY)
    assert.equal(alice.host.peer(bob.nodeId), undefined)
    await until(alice, () => alice.closings.length > 0)
    assert.equal(alice.closings[0]?.reason, 'TRUST_STALE')
  })

  test('a node that is too old learns from the handshake itself, whoever dials', async () => {
    for (const isDialer of [true, false]) {
      const [alice, bob] = await nodes(`learn-${isDialer}`, 'alice', 'bob')
      pass(10 * DAY)
      takeFresh(bob)
      const dialed = isDialer ? await alice.dial(bob) : await bob.dial(alice)
      assert.ok(dialed.ok, dialed.ok ? '' : JSON.stringify(dialed))
      await until(alice, () => alice.host.peer(bob.nodeId) !== undefined)
      const { logTime, relation } = alice.host.certified.admission(bob.nodeId) ?? assert.fail()
      assert.deepEqual([relation, logTime > alice.log.head().checkpoint.time], ['same', true])
      // What was shown arrives, and everything is as before.
      takeFresh(alice)
      pass(LIMITS.catchUpMs + 1)
      assert.notEqual(alice.host.peer(bob.nodeId), undefined)
      await network.stop()
    }
  })

  test('a peer that showed a fresher checkpoint and does not deliver it is cut', async () => {
    const [alice, bob] = await nodes('credit', 'alice', 'bob')
    pass(10 * DAY)
    takeFresh(bob)
    assert.ok((await bob.dial(alice)).ok)
    await until(alice, () => alice.host.peer(bob.nodeId) !== undefined)
    pass(LIMITS.catchUpMs + 1)
    assert.equal(alice.host.peer(bob.nodeId), undefined)
    await until(alice, () => alice.closings.some(({ reason }) => reason === 'TRUST_STALE'))
    await until(bob, () => bob.closings.length > 0)
    const again = await bob.dial(alice)
    assert.deepEqual(again.ok ? 'admitted' : again.detail, { reason: 'TRUST_STALE' })
  })

  test('a node that showed a longer log and never sent it is cut, with the enrollment unknown', async () => {
    const [alice] = await nodes('unsent', 'alice')
    const carol = await network.start(await network.enroll('carol', 'c'))
    assert.ok((await carol.dial(alice)).ok)
    await until(alice, () => alice.host.peer(carol.nodeId) !== undefined)
    pass(LIMITS.catchUpMs + 1)
    await until(alice, () => alice.closings.length > 0)
    assert.equal(alice.closings[0]?.reason, 'CERTIFICATE_NOT_IN_LOG')
  })
})
