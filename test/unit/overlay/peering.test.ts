import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { accept, refuse, type Verdict } from '../../../src/encoding/verdict.ts'
import type { ErrorCode } from '../../../src/errors.ts'
import { type NodeId, nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import { Anchors } from '../../../src/overlay/anchors.ts'
import type { ConnectedPeer } from '../../../src/overlay/overlay-api.ts'
import {
  type Backoff,
  backOff,
  type Candidate,
  createPeering,
  nextDials,
  type Peering
} from '../../../src/overlay/peering.ts'
import { Absences } from '../../../src/reputation/absences.ts'
import { CONSEQUENCES, type Standing } from '../../../src/reputation/standing.ts'
import { NO_STANDINGS, type StandingView } from '../../../src/reputation/standing-view.ts'
import { createStandings } from '../../../src/reputation/standings.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { fault, testLedger } from '../../support/reputation-cases.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const keys = seededRandom('peering/keys')

function candidatesOf(count: number): Candidate[] {
  return Array.from({ length: count }, (_, i) => ({
    nodeId: nodeIdOf(PrivateKey.generate(keys).publicKey),
    addresses: [`/ip4/192.0.2.1/tcp/${4001 + i}`]
  }))
}

describe('the choice of whom to dial', () => {
  const many = candidatesOf(100)
  const outbound = LIMITS.outboundPeersMin
  const rest = {
    now: 1000,
    connected: 0,
    outbound,
    dialing: 0,
    candidates: many,
    backoff: new Map()
  }

  test('fills up to the desired degree and no further', () => {
    assert.equal(nextDials({ ...rest, connected: LIMITS.desiredPeers - 3 }).length, 3)
    assert.equal(nextDials({ ...rest, connected: LIMITS.desiredPeers - 3, dialing: 2 }).length, 1)
    assert.deepEqual(nextDials({ ...rest, connected: LIMITS.desiredPeers }), [])
    assert.deepEqual(nextDials({ ...rest, connected: LIMITS.desiredPeers + 5 }), [])
  })

  test('[SR-TC-1] never has more dials under way than the bound', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), (connected, dialing) => {
        const dials = nextDials({ ...rest, connected, dialing }).length
        assert.ok(dials === 0 || dials + dialing <= LIMITS.peeringDialsMax)
        assert.ok(dials === 0 || dials + dialing + connected <= LIMITS.desiredPeers)
      })
    )
  })

  test('leaves out who failed until its time has come', () => {
    const [first, second] = many
    assert.ok(first !== undefined && second !== undefined)
    const backoff = new Map<NodeId, Backoff>([
      [first.nodeId, { failures: 1, retryAt: 1001 }],
      [second.nodeId, { failures: 1, retryAt: 1000 }]
    ])
    assert.deepEqual(nextDials({ ...rest, candidates: [first, second], backoff }), [second])
  })

  test('[SR-REP-3] keeps places of its own choice free, however many come by themselves', () => {
    const flooded = { ...rest, connected: LIMITS.connectionsMax, outbound: 2, dialing: 1 }
    assert.equal(nextDials(flooded).length, LIMITS.peeringDialsMax - 1)
    const chosen = { ...flooded, outbound: LIMITS.outboundPeersMin - 1 }
    assert.deepEqual(nextDials(chosen), [], 'the one under way fills the place')
  })

  test('is nobody in a network of one', () => {
    assert.deepEqual(nextDials({ ...rest, candidates: [] }), [])
  })
})

describe('the backoff of a failed dial', () => {
  test('doubles with every failure, up to the bound, with jitter below', () => {
    const random = seededRandom('backoff')
    let backoff: Backoff | undefined
    for (let failures = 1; failures <= 40; failures++) {
      backoff = backOff(backoff, 500, random)
      const ceiling = Math.min(LIMITS.redialMsMax, LIMITS.redialMsMin * 2 ** (failures - 1))
      assert.equal(backoff.failures, failures)
      assert.ok(backoff.retryAt - 500 >= ceiling / 2 && backoff.retryAt - 500 <= ceiling)
    }
  })
})

describe('the peering supervisor', () => {
  let time: FakeTime
  let candidates: Candidate[]
  let connected: Set<NodeId>
  let dials: NodeId[]
  let answer: (nodeId: NodeId) => Verdict<ConnectedPeer> | Promise<Verdict<ConnectedPeer>>
  let looks: number
  let peering: Peering
  let anchors: readonly NodeId[]
  let absent: string[]
  /** By node id; who is not here is neutral. */
  const ranks = new Map<NodeId, Standing>()
  const standingOf = (nodeId: NodeId) => ranks.get(nodeId) ?? 'neutral'
  const standings: StandingView = {
    ...NO_STANDINGS,
    consequences: ({ nodeId }) => CONSEQUENCES[standingOf(nodeId)],
    preference: ({ nodeId }) => CONSEQUENCES[standingOf(nodeId)].dialRank
  }

  beforeEach(() => {
    time = new FakeTime()
    anchors = []
    absent = []
    ranks.clear()
    connected = new Set()
    dials = []
    looks = 0
    answer = () => refuse('PEER_UNREACHABLE')
    const [self] = candidatesOf(1)
    assert.ok(self !== undefined)
    candidates = [self]
    const peer = (nodeId: NodeId) => (connected.has(nodeId) ? peerOf(nodeId) : undefined)
    peering = createPeering({
      host: {
        nodeId: self.nodeId,
        peer,
        peers: () => [...connected].map(peerOf),
        async dial(nodeId) {
          dials.push(nodeId)
          const verdict = await answer(nodeId)
          if (verdict.ok) connected.add(nodeId)
          return verdict
        }
      },
      candidates: () => {
        looks++
        return candidates
      },
      clock: time,
      scheduler: time,
      random: seededRandom('peering'),
      logger: silentLogger,
      standings,
      anchors: {
        load: () => anchors,
        save(saved) {
          anchors = saved
        }
      },
      onAbsent: (nodeId, code) => absent.push(`${nodeId} ${code}`)
    })
  })

  function peerOf(nodeId: NodeId): ConnectedPeer {
    return { nodeId, direction: 'outbound', since: 0 } as ConnectedPeer
  }

  /** Somebody else is there: it is not the network of this node that is gone. */
  function accompany(): NodeId {
    const [companion] = candidatesOf(1)
    assert.ok(companion !== undefined)
    connected.add(companion.nodeId)
    return companion.nodeId
  }

  test('does not dial itself, nor a node without addresses, nor a peer', async () => {
    const [alone, peer] = candidatesOf(2)
    assert.ok(alone !== undefined && peer !== undefined)
    candidates.push({ ...alone, addresses: [] }, peer)
    connected.add(peer.nodeId)
    peering.start()
    await turn()
    assert.deepEqual(dials, [])
  })

  test('[SR-RT-5] never gives up on a node, at ever longer distances, and starts afresh once it was there', async () => {
    const [other] = candidatesOf(1)
    assert.ok(other !== undefined)
    candidates.push(other)
    const companion = accompany()
    peering.start()
    const distances: number[] = []
    let last = 0
    for (let count = 1; count <= 14; ) {
      time.advance(100)
      await turn()
      if (dials.length <= count) continue
      count = dials.length
      distances.push(time.monotonic() - last)
      last = time.monotonic()
    }
    const [first = 0] = distances
    const [secondLast = 0, longest = 0] = distances.slice(-2)
    assert.ok(first <= LIMITS.redialMsMin + 100)
    for (const distance of [secondLast, longest]) {
      assert.ok(distance >= LIMITS.redialMsMax / 2)
      assert.ok(distance <= LIMITS.redialMsMax + LIMITS.peeringIntervalMs)
    }
    answer = (nodeId) => accept(peerOf(nodeId))
    time.advance(2 * LIMITS.redialMsMax)
    await turn()
    assert.deepEqual([...connected], [companion, other.nodeId])
    answer = () => refuse('PEER_UNREACHABLE')
    connected.delete(other.nodeId)
    dials.length = 0
    peering.look()
    await turn()
    time.advance(LIMITS.redialMsMin)
    await turn()
    assert.equal(dials.length, 2)
  })

  test('another dial that ends does not shorten the backoff of one under way', async () => {
    const [slow, fast] = candidatesOf(2)
    assert.ok(slow !== undefined && fast !== undefined)
    candidates.push(slow)
    const companion = accompany()
    peering.start()
    await turn()
    for (let i = 0; i < 6; i++) {
      time.advance(LIMITS.redialMsMax)
      await turn()
    }
    const pending = Promise.withResolvers<Verdict<ConnectedPeer>>()
    answer = (nodeId) => (nodeId === slow.nodeId ? pending.promise : accept(peerOf(nodeId)))
    time.advance(LIMITS.redialMsMax)
    await turn()
    candidates.push(fast)
    peering.look()
    await turn()
    assert.deepEqual([...connected], [companion, fast.nodeId])
    answer = () => refuse('PEER_UNREACHABLE')
    pending.resolve(refuse('PEER_UNREACHABLE'))
    await turn()
    const before = dials.length
    time.advance(4 * LIMITS.redialMsMin)
    await turn()
    assert.equal(dials.length, before)
  })

  test('does not run in circles when it has enough peers and others are due', async () => {
    for (const { nodeId } of candidatesOf(LIMITS.desiredPeers - 1)) connected.add(nodeId)
    candidates.push(...candidatesOf(5))
    peering.start()
    await turn()
    const [last] = candidatesOf(1)
    assert.ok(last !== undefined)
    connected.add(last.nodeId)
    time.advance(LIMITS.redialMsMax)
    await turn()
    looks = 0
    time.advance(10 * LIMITS.peeringIntervalMs)
    await turn()
    assert.ok(looks <= 15, `looked ${looks} times`)
  })

  test('leaves alone whom the operator disconnected, until it is allowed', async () => {
    const [other] = candidatesOf(1)
    assert.ok(other !== undefined)
    candidates.push(other)
    peering.hold(other.nodeId)
    peering.start()
    time.advance(10 * LIMITS.redialMsMax)
    await turn()
    assert.deepEqual(dials, [])
    peering.allow(other.nodeId)
    peering.look()
    await turn()
    assert.deepEqual(dials, [other.nodeId])
  })

  test('dials nobody after it was stopped', async () => {
    candidates.push(...candidatesOf(1))
    peering.start()
    await turn()
    peering.stop()
    const before = dials.length
    time.advance(10 * LIMITS.redialMsMax)
    peering.look()
    await turn()
    assert.equal(dials.length, before)
  })

  test('[SR-REP-3] dials the trusted first and the restricted last, and the quarantined not at all', async () => {
    const [restricted, quarantined, neutral, trusted] = candidatesOf(4)
    assert.ok(restricted && quarantined && neutral && trusted)
    ranks.set(restricted.nodeId, 'restricted')
    ranks.set(quarantined.nodeId, 'quarantined')
    ranks.set(trusted.nodeId, 'trusted')
    candidates.push(restricted, quarantined, neutral, trusted)
    peering.start()
    await turn()
    assert.deepEqual(dials, [trusted.nodeId, neutral.nodeId, restricted.nodeId])
  })

  test("[SR-REP-3] peers that are restricted fill nobody's place, and none is cut for a newcomer", async () => {
    for (const { nodeId } of candidatesOf(LIMITS.desiredPeers)) {
      connected.add(nodeId)
      ranks.set(nodeId, 'restricted')
    }
    const before = [...connected]
    answer = (nodeId) => accept(peerOf(nodeId))
    candidates.push(...candidatesOf(2))
    peering.start()
    await turn()
    assert.equal(dials.length, 2)
    assert.ok(before.every((nodeId) => connected.has(nodeId)))
  })

  test('[SR-ADM-7] an anchor that has lost its place in the network is one no more, for good', async () => {
    const peers = candidatesOf(2)
    const [kept, revoked] = peers.map(({ nodeId }) => nodeId)
    candidates.push(...peers)
    for (const { nodeId } of peers) connected.add(nodeId)
    peering.start()
    assert.equal(anchors.length, 2)
    connected.clear()
    candidates = candidates.filter(({ nodeId }) => nodeId !== revoked)
    peering.look()
    assert.deepEqual(anchors, [kept])
    await turn()
    assert.ok(!dials.includes(revoked ?? assert.fail()))
  })

  test('[SR-RT-5] anchors survive a restart and are dialed first; an outage loses none', async () => {
    const peers = candidatesOf(LIMITS.anchorsMax + 2)
    candidates.push(...peers)
    for (const { nodeId } of peers) connected.add(nodeId)
    peering.start()
    assert.equal(anchors.length, LIMITS.anchorsMax)
    const kept = [...anchors]
    connected.clear()
    peering.look()
    await turn()
    assert.deepEqual(anchors, kept)
    peering.stop()
    // Whoever fills the addresses meanwhile stands no better than neutral.
    candidates.unshift(...candidatesOf(50))
    const again = new Anchors({ load: () => anchors, save() {} }, standings)
    assert.ok(kept.every((nodeId) => again.isAnchor(nodeId)))
    dials.length = 0
    const restarted = createPeering({
      host: {
        nodeId: candidates[0]?.nodeId ?? assert.fail(),
        peer: () => undefined,
        peers: () => [],
        async dial(nodeId) {
          dials.push(nodeId)
          return refuse('PEER_UNREACHABLE')
        }
      },
      ...{ candidates: () => candidates, clock: time, scheduler: time, logger: silentLogger },
      ...{ random: seededRandom('again'), standings, anchors: { load: () => anchors, save() {} } }
    })
    restarted.start()
    assert.deepEqual(dials.slice(0, LIMITS.anchorsMax).toSorted(), kept.toSorted())
    restarted.stop()
  })

  test('[SR-REP-3] ten minutes in which nothing answers ban nobody, and all are back in 30 s', async () => {
    const members = candidatesOf(20)
    candidates.push(...members)
    const ledger = testLedger({ members: 20, time })
    const absences = new Absences(time)
    const memberOf = (nodeId: NodeId) => nodeId
    const view = createStandings({ ledger, absences, memberOf, clock: time })
    answer = () => refuse('TIMEOUT')
    peering.start()
    for (let second = 0; second < 600; second++) {
      time.advance(1000)
      await turn()
      for (const line of absent.splice(0)) {
        const [nodeId, code] = line.split(' ') as [NodeId, ErrorCode]
        // As the daemon does it: absence orders, and as a fault it weighs nothing.
        absences.add(nodeId)
        ledger.apply(nodeId, fault(code))
      }
    }
    assert.deepEqual(ledger.changes, [])
    for (const { nodeId } of members) {
      assert.equal(view.banLeftMs({ nodeId }), undefined)
      assert.ok(view.preference({ nodeId }) !== undefined)
    }
    answer = (nodeId) => accept(peerOf(nodeId))
    for (let second = 0; second < 30; second++) {
      time.advance(1000)
      await turn()
    }
    assert.equal(connected.size, 20)
  })
})
