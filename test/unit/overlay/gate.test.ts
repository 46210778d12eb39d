import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { MultiaddrConnection } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { type NodeId, nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import type { Admission } from '../../../src/overlay/certified-peers.ts'
import { CertifiedPeers } from '../../../src/overlay/certified-peers.ts'
import { createGate } from '../../../src/overlay/gate.ts'
import { peerIdOf } from '../../../src/overlay/libp2p-identity.ts'
import { PendingHandshakes } from '../../../src/overlay/pending-handshakes.ts'
import { RecentOrigins } from '../../../src/overlay/recent-origins.ts'
import { StoredAddresses } from '../../../src/overlay/stored-addresses.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const random = seededRandom('gate')
const newNodeId = () => nodeIdOf(PrivateKey.generate(random).publicKey)
const self = newNodeId()
const member = newNodeId()
const revoked = newNodeId()
const stranger = newNodeId()

class FakeConnection extends EventTarget {
  readonly remoteAddr
  constructor(address: string) {
    super()
    this.remoteAddr = multiaddr(address)
  }
  aborted = false
  abort(): void {
    this.aborted = true
    this.close()
  }
  close(): void {
    this.dispatchEvent(new Event('close'))
  }
}

/** The gate looks at nothing but address, close event and identity of a connection. */
function connectionFrom(ip: string): FakeConnection & MultiaddrConnection {
  const address = ip.includes(':') ? `/ip6/${ip}/tcp/9` : `/ip4/${ip}/tcp/9`
  return new FakeConnection(address) as unknown as FakeConnection & MultiaddrConnection
}

function createTestGate() {
  const clock = new FakeTime()
  const certified = new CertifiedPeers()
  const broken: MultiaddrConnection[] = []
  const recent = new RecentOrigins(clock)
  const handshakes = new PendingHandshakes({ onBroken: (each) => broken.push(each), recent })
  const membership = {
    isMember: (nodeId: NodeId) => nodeId === member,
    exclusionOf: (nodeId: NodeId) =>
      nodeId === revoked ? ('CERTIFICATE_REVOKED' as const) : undefined
  }
  // Hooks are taken out of their object, as libp2p does.
  const gate = {
    ...createGate({
      ...{ self, certified, membership, handshakes, clock, log: silentLogger },
      addresses: new StoredAddresses(() => [])
    })
  }
  return { clock, certified, handshakes, recent, broken, gate }
}

function admission(nodeId: NodeId): Admission {
  const certificate = { notAfter: 1 }
  return {
    peer: { nodeId, member: 'm', node: 'n', certificate },
    direction: 'inbound',
    relation: 'same',
    logSize: 1,
    since: 0
  } as unknown as Admission
}

describe('the gate', () => {
  test('[SR-ADM-1] lets only a connection pass on which this very peer was admitted', () => {
    const { gate, certified } = createTestGate()
    const connection = connectionFrom('10.0.0.1')
    const hooks = [
      gate.denyInboundEncryptedConnection,
      gate.denyOutboundEncryptedConnection,
      gate.denyInboundUpgradedConnection,
      gate.denyOutboundUpgradedConnection
    ]
    const outcomes = (nodeId: NodeId, on = connection) =>
      hooks.map((hook) => hook?.(peerIdOf(nodeId), on))
    assert.deepEqual(outcomes(member), [true, true, true, true])
    certified.admit(admission(member), connection)
    assert.deepEqual(outcomes(member), [false, false, false, false])
    assert.deepEqual(outcomes(stranger), [true, true, true, true])
    assert.deepEqual(outcomes(member, connectionFrom('10.0.0.1')), [true, true, true, true])
    certified.release(member, connection)
    assert.deepEqual(outcomes(member), [true, true, true, true])
  })

  test('bounds the connections of one peer', () => {
    const { gate, certified } = createTestGate()
    const outcomes = Array.from({ length: LIMITS.connectionsPerPeerMax + 1 }, () => {
      const connection = connectionFrom('10.0.0.1')
      certified.admit(admission(member), connection)
      return gate.denyInboundEncryptedConnection?.(peerIdOf(member), connection)
    })
    assert.equal(outcomes.pop(), true)
    assert.ok(outcomes.every((denied) => denied === false))
  })

  test('a handshake counts until it has an outcome, and tells when it broke off before', () => {
    const { gate, handshakes, broken } = createTestGate()
    const deny = (connection: MultiaddrConnection) => gate.denyInboundConnection?.(connection)
    const connections = [1, 2, 3].map(() => connectionFrom('10.0.0.1'))
    for (const connection of connections) assert.equal(deny(connection), false)
    const [silent, claimed, admitted] = connections
    silent?.close()
    assert.deepEqual(broken, [silent])
    if (claimed !== undefined) handshakes.claim(claimed)
    claimed?.close()
    assert.deepEqual(broken, [silent])
    assert.equal(handshakes.settle(admitted ?? {}), true)
    assert.equal(handshakes.settle(admitted ?? {}), false)
    assert.equal(handshakes.size, 0)
  })

  test('bounds the rate of connections per origin, by the monotonic clock', () => {
    const { gate, clock } = createTestGate()
    const connect = (ip: string) => {
      const connection = connectionFrom(ip)
      const denied = gate.denyInboundConnection?.(connection)
      connection.close()
      return denied
    }
    const rate = LIMITS.inboundRatePerAddress
    for (let i = 0; i < rate; i++) assert.equal(connect('2001:db8::1'), false)
    assert.equal(connect('2001:db8::2'), true, 'a /64 is one origin')
    assert.equal(connect('2001:db8:0:1::1'), false)
    clock.jump(clock.now() + 3_600_000)
    assert.equal(connect('2001:db8::1'), true, 'the wall clock does not count')
    clock.advance(Math.ceil(1000 / rate))
    assert.equal(connect('2001:db8::1'), false)
  })

  test('dials only Ed25519 peers that are not revoked', async () => {
    const { gate } = createTestGate()
    assert.equal(gate.denyDialPeer?.(peerIdOf(member)), false)
    assert.equal(gate.denyDialPeer?.(peerIdOf(stranger)), false)
    assert.equal(gate.denyDialPeer?.(peerIdOf(revoked)), true)
    const other = peerIdFromPrivateKey(await generateKeyPair('secp256k1'))
    assert.equal(gate.denyDialPeer?.(other), true)
    assert.equal(gate.filterMultiaddrForPeer?.(other, multiaddr('/ip4/10.0.0.1/tcp/1')), false)
    assert.equal(gate.denyInboundEncryptedConnection?.(other, connectionFrom('10.0.0.1')), true)
  })

  test('[SR-ADM-3] keeps addresses of members only, and only such as it would dial', () => {
    const { gate } = createTestGate()
    const keeps = (nodeId: NodeId, address: string) =>
      gate.filterMultiaddrForPeer?.(peerIdOf(nodeId), multiaddr(address))
    const good = '/ip4/10.0.0.1/tcp/4001'
    assert.equal(keeps(member, good), true)
    assert.equal(keeps(member, `${good}/p2p/${member}`), true)
    assert.equal(keeps(self, good), true)
    assert.equal(keeps(stranger, good), false)
    assert.equal(keeps(revoked, good), false)
    assert.equal(keeps(member, `${good}/p2p/${stranger}`), false)
    for (const bad of UNDIALABLE) {
      assert.equal(keeps(member, bad), false, bad)
      assert.equal(gate.denyDialMultiaddr?.(multiaddr(bad)), true, bad)
    }
    for (const address of DIALABLE) {
      assert.equal(keeps(member, address), true, address)
      assert.equal(gate.denyDialMultiaddr?.(multiaddr(address)), false, address)
    }
  })

  test('lets nobody relay', async () => {
    const { gate } = createTestGate()
    assert.equal(await gate.denyInboundRelayReservation?.(peerIdOf(member)), true)
    assert.equal(
      await gate.denyInboundRelayedConnection?.(peerIdOf(member), peerIdOf(member)),
      true
    )
    assert.equal(
      await gate.denyOutboundRelayedConnection?.(peerIdOf(member), peerIdOf(member)),
      true
    )
  })
})

const DIALABLE = [
  '/ip4/127.0.0.1/tcp/4001',
  '/ip6/2001:db8::1/tcp/4001',
  '/dns/example.org/tcp/4001',
  '/dns4/example.org/tcp/4001',
  '/dns6/example.org/tcp/4001'
]

const UNDIALABLE = [
  '/ip4/10.0.0.1',
  '/ip4/10.0.0.1/tcp/0',
  '/ip4/10.0.0.1/udp/4001',
  '/ip4/10.0.0.1/udp/4001/quic-v1',
  '/ip4/10.0.0.1/tcp/4001/ws',
  '/unix/%2Ftmp%2Fsocket',
  '/dnsaddr/example.org',
  `/ip4/10.0.0.1/tcp/4001/p2p/${member}/p2p-circuit`,
  `/dns4/${'a'.repeat(LIMITS.addressBytesMax)}/tcp/4001`
]
