import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import type { ErrorCode } from '../../src/errors.ts'
import { issueCertificate } from '../../src/identity/certificate-issue.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { CERTIFIED_NOISE } from '../../src/overlay/certified-noise.ts'
import { routingTableOf } from '../../src/overlay/dht.ts'
import { peerIdOf } from '../../src/overlay/libp2p-identity.ts'
import {
  createOverlayNetwork,
  inRoutingTable,
  NOTHING_HEARD,
  type OverlayNetwork,
  probe,
  type TestIdentity,
  type TestNode,
  until
} from '../support/overlay-network.ts'

const DAY = 86_400_000

function addressOf(node: TestNode): string {
  return node.host.addresses()[0] ?? assert.fail('the node does not listen')
}

describe('admission of nodes', { timeout: 60_000 }, () => {
  let network: OverlayNetwork
  let alice: TestNode
  before(async () => {
    network = createOverlayNetwork('admission')
    alice = await network.node('alice', 'laptop')
  })
  after(async () => network.stop())

  test('[SR-ADM-1][SR-ADM-2][SR-CFG-3] two certified nodes of one network admit each other, and then hear of each other', async () => {
    const bob = await network.node('bob', 'server')
    alice.sync()
    const connected = await alice.dial(bob)
    assert.ok(connected.ok)
    assert.equal(connected.value.nodeId, bob.nodeId)
    assert.equal(connected.value.member, 'bob')
    assert.equal(connected.value.direction, 'outbound')
    await until(bob, () => bob.host.peer(alice.nodeId) !== undefined)
    assert.equal(bob.host.peer(alice.nodeId)?.direction, 'inbound')
    await alice.heard.first('peer:identify', bob.nodeId)
    await bob.heard.first('peer:identify', alice.nodeId)
    await probe(alice.host.libp2p, addressOf(bob))
    await bob.heard.first('probe', alice.nodeId)
    assert.deepEqual(bob.heard.of(alice.nodeId), {
      'connection:open': 1,
      'peer:connect': 1,
      'peer:identify': 1,
      probe: 1
    })
    await inRoutingTable(alice, bob)
    assert.deepEqual(await alice.host.closestPeers(new Uint8Array(32)), [bob.nodeId])
    const rtt = await alice.host.ping(bob.nodeId)
    assert.ok(rtt.ok && rtt.value >= 0)
    assert.deepEqual(alice.refusals.concat(bob.refusals), [])
  })

  test('[SR-CONF-1] every connection is under certified Noise, and nothing else is offered', async () => {
    const [connection] = alice.host.libp2p.getConnections()
    assert.equal(connection?.encryption, CERTIFIED_NOISE)
    const plain = await import('../support/plain-host.ts')
    const host = await plain.createPlainHost('plain')
    try {
      await assert.rejects(host.dial(multiaddr(addressOf(alice))))
      assert.deepEqual(alice.heard.of(host.peerId.toString()), NOTHING_HEARD)
      await until(alice, () => alice.refusals.length > 0)
      assert.equal(alice.refusals.pop()?.code, 'HANDSHAKE_FAILED')
      const dialed = await alice.host.dial(
        host.peerId.toString() as TestNode['nodeId'],
        host.getMultiaddrs().map(String)
      )
      assert.equal(dialed.ok ? '' : dialed.fault, 'HANDSHAKE_FAILED')
      assert.deepEqual(alice.heard.of(host.peerId.toString()), NOTHING_HEARD)
    } finally {
      await host.stop()
    }
  })

  test('[SR-CFG-3] nodes of different networks fail inside the Noise handshake', async () => {
    const other = createOverlayNetwork('another network')
    try {
      const eve = await other.node('eve', 'laptop')
      const dialed = await eve.dial(alice)
      assert.equal(dialed.ok ? '' : dialed.fault, 'WRONG_NETWORK')
      await until(alice, () => alice.refusals.length > 0)
      assert.equal(alice.refusals.pop()?.code, 'HANDSHAKE_FAILED')
      assert.deepEqual(alice.heard.of(eve.nodeId), NOTHING_HEARD)
      assert.deepEqual(eve.heard.of(alice.nodeId), NOTHING_HEARD)
    } finally {
      await other.stop()
    }
  })

  test('[SR-PRV-1] identify tells the version of this software and nothing about the machine', async () => {
    const dave = await network.node('dave', 'laptop')
    const identified = Promise.withResolvers<Record<string, unknown>>()
    dave.host.libp2p.addEventListener('peer:identify', (event) =>
      identified.resolve({ ...event.detail })
    )
    await dave.dial(alice)
    const { agentVersion, protocolVersion, protocols } = await identified.promise
    assert.equal(agentVersion, 'peerage/0.0')
    assert.equal(protocolVersion, 'ipfs/0.1.0')
    assert.deepEqual(protocols, [
      '/ipfs/id/1.0.0',
      '/ipfs/ping/1.0.0',
      '/peerage/kad/1.0.0',
      '/peerage/probe/1.0.0'
    ])
  })

  test('[SR-ADM-2] a dial to a node at the address of another fails', async () => {
    const bob = await network.node('bob', 'phone')
    const dialed = await alice.host.dial(bob.nodeId, [
      addressOf(alice).replace(alice.nodeId, ''),
      multiaddr(addressOf(alice)).toString()
    ])
    assert.equal(dialed.ok ? '' : dialed.fault, 'ADDRESS_INVALID')
    const carol = await network.node('carol', 'phone')
    const swapped = addressOf(carol).replace(carol.nodeId, bob.nodeId)
    const wrong = await alice.host.dial(bob.nodeId, [swapped])
    assert.equal(wrong.ok ? '' : wrong.fault, 'HANDSHAKE_FAILED')
    assert.deepEqual(alice.heard.of(carol.nodeId), NOTHING_HEARD)
    alice.refusals.length = 0
  })

  test('nothing answers: PEER_UNREACHABLE', async () => {
    const gone = await network.node('gone', 'laptop')
    const address = addressOf(gone)
    await gone.host.stop()
    const dialed = await alice.host.dial(gone.nodeId, [address])
    assert.equal(dialed.ok ? '' : dialed.fault, 'PEER_UNREACHABLE')
  })

  test('a listening address that is taken is ADDRESS_IN_USE, and one of another machine ADDRESS_INVALID', async () => {
    const { createHost } = await import('../../src/overlay/host.ts')
    const { silentLogger } = await import('../../src/log.ts')
    const identity = await network.enroll('frank', 'laptop')
    const taken = multiaddr(addressOf(alice)).decapsulate('/p2p').toString()
    for (const [listen, code] of [
      [taken, 'ADDRESS_IN_USE'],
      ['/ip4/192.0.2.1/tcp/4001', 'ADDRESS_INVALID']
    ] as const) {
      const { clock } = network
      const host = await createHost(
        {
          key: identity.key,
          trust: network.log,
          clock,
          scheduler: clock,
          log: silentLogger,
          certificate: () => identity.certificate
        },
        { listen: [listen], version: '0.0' }
      )
      await assert.rejects(host.start(), { code })
      await host.stop()
    }
  })
})

interface BadCertificate {
  readonly title: string
  readonly code: ErrorCode
  /** Enrolls mallory if need be, and gives her what she shows. */
  readonly prepare: (network: OverlayNetwork) => Promise<TestIdentity>
}

const enrolled = async (network: OverlayNetwork) => network.enroll('mallory', 'laptop')

function showing(change: Partial<Parameters<typeof issueCertificate>[0]>) {
  return async (network: OverlayNetwork) => {
    const identity = await enrolled(network)
    const now = network.clock.now()
    const certificate = await issueCertificate({
      authority: network.key,
      network: network.network,
      member: 'mallory',
      node: 'laptop',
      publicKey: identity.key.publicKey,
      notBefore: now,
      notAfter: now + DAY,
      method: 'invite',
      assurance: 1,
      random: network.random,
      ...change
    })
    return { ...identity, certificate }
  }
}

const START = Date.UTC(2026, 0, 1)
const foreign = createOverlayNetwork('foreign')
const BAD: readonly BadCertificate[] = [
  {
    title: 'of another network',
    code: 'CERTIFICATE_WRONG_NETWORK',
    prepare: showing({ network: networkIdOf(new Uint8Array(32)) })
  },
  {
    title: 'of another authority',
    code: 'CERTIFICATE_WRONG_ISSUER',
    prepare: showing({ authority: foreign.key })
  },
  {
    title: 'that has expired',
    code: 'CERTIFICATE_EXPIRED',
    prepare: showing({ notBefore: START - 2 * DAY, notAfter: START - DAY })
  },
  {
    title: 'that is not yet valid',
    code: 'CERTIFICATE_NOT_YET_VALID',
    prepare: showing({ notBefore: START + DAY, notAfter: START + 2 * DAY })
  },
  {
    title: 'that was revoked',
    code: 'CERTIFICATE_REVOKED',
    async prepare(network) {
      const identity = await enrolled(network)
      await network.authority.revoke({ by: 'node', value: identity.nodeId, reason: 'test' })
      return identity
    }
  },
  {
    title: 'for the key of another node',
    code: 'CERTIFICATE_KEY_MISMATCH',
    async prepare(network) {
      const other = await network.enroll('mallory', 'phone')
      return { ...(await enrolled(network)), certificate: other.certificate }
    }
  },
  {
    title: 'of the authority itself',
    code: 'CERTIFICATE_IS_AUTHORITY',
    async prepare(network) {
      const certificate = await network.authority.certificate()
      return { ...(await enrolled(network)), certificate }
    }
  },
  {
    title: 'with another name than the trust log has',
    code: 'CERTIFICATE_NOT_IN_LOG',
    prepare: showing({ node: 'server' })
  },
  {
    title: 'that was never entered into the trust log',
    code: 'CERTIFICATE_NOT_IN_LOG',
    async prepare(network) {
      const unlisted = createOverlayNetwork('unlisted')
      const { key, nodeId } = await unlisted.enroll('mallory', 'laptop')
      const show = showing({ publicKey: key.publicKey })
      return { key, nodeId, certificate: (await show(network)).certificate }
    }
  },
  {
    title: 'with a byte behind it',
    code: 'CERTIFICATE_MALFORMED',
    async prepare(network) {
      const identity = await enrolled(network)
      return { ...identity, certificate: Uint8Array.of(...identity.certificate, 0) }
    }
  },
  {
    title: 'above the size limit',
    code: 'CERTIFICATE_TOO_LARGE',
    async prepare(network) {
      const certificate = new Uint8Array(LIMITS.certificateBytesMax + 1)
      return { ...(await enrolled(network)), certificate }
    }
  },
  {
    title: 'that is not there',
    code: 'PEER_UNCERTIFIED',
    async prepare(network) {
      return { ...(await enrolled(network)), certificate: new Uint8Array() }
    }
  }
]

describe('[SR-ADM-1][SR-ADM-2][SR-ADM-3] a certificate', { timeout: 60_000 }, () => {
  for (const { title, code, prepare } of BAD) {
    test(`${title} is refused with ${code}, and both sides know`, async () => {
      const network = createOverlayNetwork(title)
      try {
        const identity = await prepare(network)
        const bob = await network.node('bob', 'server')
        const mallory = await network.start(identity)

        const inbound = await mallory.dial(bob)
        assert.deepEqual(inbound, {
          ok: false,
          fault: 'ADMISSION_REFUSED_BY_PEER',
          detail: { reason: code }
        })
        await until(bob, () => bob.refusals.length === 1)
        const { address, ...refusal } = bob.refusals[0] ?? assert.fail()
        const { nodeId } = mallory
        assert.deepEqual(refusal, { code, by: 'us', direction: 'inbound', nodeId })
        assert.match(address, /^\/ip4\/127\.0\.0\.1\/tcp\//)

        const outbound = await bob.dial(mallory)
        assert.equal(outbound.ok ? '' : outbound.fault, code)
        const isRevoked = code === 'CERTIFICATE_REVOKED'
        // A revoked node is not even dialed.
        await until(mallory, () => mallory.refusals.length === (isRevoked ? 1 : 2))
        for (const { code: told, by, nodeId } of mallory.refusals) {
          assert.deepEqual({ told, by, nodeId }, { told: code, by: 'them', nodeId: bob.nodeId })
        }

        assert.deepEqual(bob.heard.of(mallory.nodeId), NOTHING_HEARD)
        assert.deepEqual(mallory.heard.of(bob.nodeId), NOTHING_HEARD)
        assert.equal(bob.host.peer(mallory.nodeId), undefined)
        const { dht } = bob.host.libp2p.services
        assert.equal(await routingTableOf(dht).find(peerIdOf(mallory.nodeId)), undefined)
      } finally {
        await network.stop()
      }
    })
  }
})
