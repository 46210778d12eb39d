import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { issueCertificate } from '../../src/identity/certificate-issue.ts'
import { LIMITS } from '../../src/limits.ts'
import { silentLogger } from '../../src/log.ts'
import { routingTableOf } from '../../src/overlay/dht.ts'
import { peerIdOf } from '../../src/overlay/libp2p-identity.ts'
import { createPeering } from '../../src/overlay/peering.ts'
import {
  createOverlayNetwork,
  inRoutingTable,
  type OverlayNetwork,
  type TestIdentity,
  type TestNode,
  until
} from '../support/overlay-network.ts'

async function isForgotten(by: TestNode, node: TestIdentity): Promise<boolean> {
  const { libp2p } = by.host
  const peerId = peerIdOf(node.nodeId)
  const routed = await routingTableOf(libp2p.services.dht).find(peerId)
  return routed === undefined && !(await libp2p.peerStore.has(peerId))
}

describe('[SR-ADM-6][SR-ADM-7] an open connection', { timeout: 60_000 }, () => {
  let network: OverlayNetwork
  let alice: TestNode
  before(async () => {
    network = createOverlayNetwork('heartbeat')
    alice = await network.node('alice', 'laptop')
  })
  after(async () => network.stop())

  async function connected(member: string): Promise<TestNode> {
    const node = await network.node(member, 'server')
    alice.sync()
    const dialed = await node.dial(alice)
    assert.ok(dialed.ok)
    await until(alice, () => alice.host.peer(node.nodeId) !== undefined)
    await inRoutingTable(alice, node)
    return node
  }

  test('stays while nothing changed', async () => {
    const bob = await connected('bob')
    network.clock.advance(3 * LIMITS.heartbeatMs)
    assert.notEqual(alice.host.peer(bob.nodeId), undefined)
    assert.deepEqual(alice.closings, [])
  })

  for (const by of ['node', 'serial', 'member'] as const) {
    test(`is cut when its ${by} is revoked, and the peer stays out`, async () => {
      const mallory = await connected(`mallory-${by}`)
      const enrolled = network.log.state.node(mallory.nodeId)
      assert.ok(enrolled !== undefined)
      const value = { node: mallory.nodeId, serial: enrolled.serial, member: enrolled.member }[by]
      const { peerStore } = alice.host.libp2p
      const stored = await peerStore.get(peerIdOf(mallory.nodeId))
      assert.deepEqual([...stored.tags.keys()], [], 'libp2p would redial a tagged peer')

      await network.authority.revoke({ by, value, reason: 'test' })
      alice.sync()
      await alice.host.rejudge()
      assert.equal(alice.host.peer(mallory.nodeId), undefined)
      await until(alice, () => alice.closings.length > 0)
      assert.deepEqual(alice.closings.splice(0), [
        { nodeId: mallory.nodeId, reason: 'CERTIFICATE_REVOKED' }
      ])
      await until(mallory, () => mallory.closings.length > 0)
      assert.deepEqual(mallory.closings, [{ nodeId: alice.nodeId, reason: undefined }])

      const again = await mallory.dial(alice)
      assert.deepEqual(again, {
        ok: false,
        fault: 'ADMISSION_REFUSED_BY_PEER',
        detail: { reason: 'CERTIFICATE_REVOKED' }
      })
      assert.ok(await isForgotten(alice, mallory))
      assert.ok(!(await alice.host.closestPeers(new Uint8Array(32))).includes(mallory.nodeId))
      if (by === 'serial') return
      const back = await alice.dial(mallory)
      assert.equal(back.ok ? '' : back.fault, 'CERTIFICATE_REVOKED')
      await assert.rejects(alice.host.libp2p.dial(peerIdOf(mallory.nodeId)))
    })
  }

  test('is cut by the heartbeat when its certificate ends, and renewal brings it back', async () => {
    const carol = await connected('carol')
    const { clock } = network
    clock.jump(clock.now() + LIMITS.certificateLifetimeMs + LIMITS.clockSkewMs + 60_000)
    assert.notEqual(alice.host.peer(carol.nodeId), undefined)
    clock.advance(LIMITS.heartbeatMs)
    assert.equal(alice.host.peer(carol.nodeId), undefined)
    await until(alice, () => isClosedFor(carol, 'CERTIFICATE_EXPIRED'))
    await until(carol, () => carol.closings.length > 0)
    await renew(alice, 'alice', 'laptop')
    const dialed = await carol.dial(alice)
    assert.deepEqual(dialed.ok ? '' : dialed.detail, { reason: 'CERTIFICATE_EXPIRED' })
    await renew(carol, 'carol', 'server')
    assert.equal((await carol.dial(alice)).ok, true)
  })

  test('that was cut when its certificate ended is made again by itself once there is a new one', async () => {
    const dave = await connected('dave')
    const { clock, random } = network
    const peering = createPeering({
      ...{ host: alice.host, clock, scheduler: clock, random, logger: silentLogger },
      candidates: () => [{ nodeId: dave.nodeId, addresses: dave.host.addresses() }]
    })
    peering.start()
    clock.jump(clock.now() + LIMITS.certificateLifetimeMs + LIMITS.clockSkewMs + 60_000)
    await renew(alice, 'alice', 'laptop')
    alice.refusals.length = 0
    clock.advance(LIMITS.heartbeatMs)
    const reason = 'CERTIFICATE_EXPIRED'
    await until(alice, () => isClosedFor(dave, reason))
    // While there is none, each attempt ends with the reason, on both sides.
    const isTold = () => dave.refusals.some(({ code, by }) => code === reason && by === 'them')
    await passTimeUntil(isTold)
    assert.ok(alice.refusals.every(({ code }) => code === reason))
    await renew(dave, 'dave', 'server')
    await passTimeUntil(() => alice.host.peer(dave.nodeId) !== undefined)
    peering.stop()
  })

  test('stays beyond the end of the certificate in its hello once the renewed one was shown', async () => {
    const erin = await connected('erin')
    const { clock } = network
    const hello = erin.identity.certificate
    clock.jump(clock.now() + LIMITS.certificateLifetimeMs / 2)
    await renew(alice, 'alice', 'laptop')
    await renew(erin, 'erin', 'server')
    const renewed = erin.identity.certificate
    const fault = (by: TestNode, of: TestNode, der: Uint8Array) => {
      const taken = by.host.recertify(of.nodeId, der)
      return taken.ok ? 'none' : taken.fault
    }
    // Nobody speaks for somebody else, by a forged certificate, or with an older one.
    assert.equal(fault(alice, erin, alice.identity.certificate), 'CERTIFICATE_KEY_MISMATCH')
    const forged = renewed.with(-1, (renewed.at(-1) ?? 0) ^ 1)
    assert.equal(fault(alice, erin, forged), 'CERTIFICATE_WRONG_ISSUER')
    const serial = () => alice.host.peer(erin.nodeId)?.certificate.serial
    const before = serial()
    assert.equal(fault(alice, erin, renewed), 'none')
    const after = serial()
    assert.notEqual(after, before)
    assert.equal(fault(alice, erin, hello), 'none')
    assert.equal(serial(), after)
    assert.equal(fault(erin, alice, alice.identity.certificate), 'none')
    alice.closings.length = 0
    clock.jump(clock.now() + LIMITS.certificateLifetimeMs / 2 + LIMITS.clockSkewMs + 60_000)
    clock.advance(LIMITS.heartbeatMs)
    assert.notEqual(alice.host.peer(erin.nodeId), undefined)
    assert.ok(!isClosedFor(erin, 'CERTIFICATE_EXPIRED'))
    await network.authority.revoke({ by: 'node', value: erin.nodeId, reason: 'test' })
    alice.sync()
    assert.equal(fault(alice, erin, renewed), 'CERTIFICATE_REVOKED')
    await alice.host.rejudge()
    assert.equal(alice.host.peer(erin.nodeId), undefined)
  })

  /** In steps so small that a dial over the real network comes to its end before its deadline. */
  async function passTimeUntil(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      network.clock.advance(10)
      await setImmediate()
    }
  }

  function isClosedFor({ nodeId }: TestNode, reason: string): boolean {
    return alice.closings.some((closing) => closing.nodeId === nodeId && closing.reason === reason)
  }

  async function renew({ identity }: TestNode, member: string, node: string): Promise<void> {
    identity.certificate = await issueCertificate({
      authority: network.key,
      network: network.network,
      member,
      node,
      publicKey: identity.key.publicKey,
      notBefore: network.clock.now(),
      notAfter: network.clock.now() + LIMITS.certificateLifetimeMs,
      method: 'invite',
      assurance: 1,
      random: network.random
    })
  }
})

describe('[SR-ADM-2] a node whose log is behind', { timeout: 30_000 }, () => {
  let network: OverlayNetwork
  let alice: TestNode
  before(async () => {
    network = createOverlayNetwork('behind')
    alice = await network.node('alice', 'laptop')
  })
  after(async () => network.stop())

  test('admits a peer that was enrolled since, and keeps it once its log has caught up', async () => {
    const bob = await network.node('bob', 'server')
    assert.equal(alice.log.state.node(bob.nodeId), undefined)
    const dialed = await bob.dial(alice)
    assert.ok(dialed.ok, dialed.ok ? '' : dialed.fault)
    await until(alice, () => alice.host.peer(bob.nodeId) !== undefined)
    assert.equal(alice.host.certified.admission(bob.nodeId)?.relation, 'ahead')
    assert.equal(bob.host.certified.admission(alice.nodeId)?.relation, 'behind')
    await alice.host.rejudge()
    alice.sync()
    await alice.host.rejudge()
    assert.notEqual(alice.host.peer(bob.nodeId), undefined)
  })

  test('cuts a peer with CERTIFICATE_NOT_IN_LOG that turns out not to be enrolled', async () => {
    const unlisted = createOverlayNetwork('unlisted')
    const { key, nodeId } = await unlisted.enroll('mallory', 'laptop')
    const certificate = await issueCertificate({
      authority: network.key,
      network: network.network,
      member: 'mallory',
      node: 'laptop',
      publicKey: key.publicKey,
      notBefore: network.clock.now(),
      notAfter: network.clock.now() + LIMITS.certificateLifetimeMs,
      method: 'invite',
      assurance: 1,
      random: network.random
    })
    await network.enroll('carol', 'laptop')
    const mallory = await network.start({ key, nodeId, certificate })
    assert.ok((await mallory.dial(alice)).ok)
    await until(alice, () => alice.host.peer(nodeId) !== undefined)
    alice.sync()
    await alice.host.rejudge()
    await until(alice, () => alice.closings.length > 0)
    assert.deepEqual(alice.closings, [{ nodeId, reason: 'CERTIFICATE_NOT_IN_LOG' }])
    await until(mallory, () => mallory.closings.length > 0)
    const again = await mallory.dial(alice)
    assert.deepEqual(again.ok ? '' : again.detail, { reason: 'CERTIFICATE_NOT_IN_LOG' })
  })
})
