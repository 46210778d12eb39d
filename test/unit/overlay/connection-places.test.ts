import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NodeId } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { type Admission, CertifiedPeers } from '../../../src/overlay/certified-peers.ts'
import { judgePlace } from '../../../src/overlay/connection-places.ts'
import { CONSEQUENCES, type Standing } from '../../../src/reputation/standing.ts'

const RESERVED_SHARE = 0.25

/** A node to which members connect; what is known of them is what the test says. */
function setup(known: Readonly<Record<string, Standing>> = {}) {
  const certified = new CertifiedPeers()
  const standings = {
    isOnProbation: ({ member = '' }: { readonly member?: string }) => known[member] === undefined,
    consequences: ({ member = '' }: { readonly member?: string }) =>
      CONSEQUENCES[known[member] ?? 'neutral']
  }
  /** Admits without a question: what a node without the rule would do. */
  const admit = (member: string, node: number) => {
    const nodeId = `${member}-${node}` as NodeId
    const certificate = { notAfter: 0 }
    certified.admit({ peer: { nodeId, member, certificate } } as unknown as Admission, {})
  }
  const asks = (member: string, node: number) =>
    judgePlace({ nodeId: `${member}-${node}` as NodeId, member }, { certified, standings })
  const connect = (member: string, node: number) => {
    const refused = asks(member, node)
    if (refused === undefined) admit(member, node)
    return refused?.fault ?? 'admitted'
  }
  const connections = () =>
    certified
      .admissions()
      .reduce((sum, { peer }) => sum + certified.connectionCount(peer.nodeId), 0)
  return { admit, connect, connections }
}

/** Certified insiders come with all the nodes that they may have, as members nobody knows. */
function crowd(members: number, each: (member: string, node: number) => void): void {
  for (let m = 0; m < members; m++) {
    for (let node = 0; node < LIMITS.nodesPerMemberMax; node++) each(`newcomer-${m}`, node)
  }
}

describe('[SR-TC-1] places for connections', () => {
  test('a crowd of newcomers leaves a quarter of them to members that have proved themselves', () => {
    const { connect, connections } = setup({ alice: 'trusted', bob: 'neutral' })
    crowd(10, connect)
    assert.equal(connections(), LIMITS.connectionsMax - LIMITS.connectionsReserved)
    assert.ok(LIMITS.connectionsReserved >= LIMITS.connectionsMax * RESERVED_SHARE)
    assert.equal(connect('dave', 0), 'OVERLOADED')
    for (let node = 0; node < LIMITS.connectionsReserved / 2; node++) {
      assert.equal(connect('alice', node), 'admitted')
      assert.equal(connect('bob', node), 'admitted')
    }
    assert.equal(connect('bob', 99), 'OVERLOADED')
    assert.equal(connections(), LIMITS.connectionsMax)
  })

  test('control: without the rule the same crowd has all of them', () => {
    const { admit, connections, connect } = setup({ alice: 'trusted' })
    crowd(4, admit)
    assert.equal(connections(), LIMITS.connectionsMax)
    assert.equal(connect('alice', 0), 'OVERLOADED')
  })

  test('one member has one for each node that it may have, and no more by dialing twice', () => {
    const { connect, admit, connections } = setup()
    for (let node = 0; node < LIMITS.nodesPerMemberMax / 2; node++) {
      connect('newcomer', node)
      admit('newcomer', node)
    }
    assert.equal(connections(), LIMITS.nodesPerMemberMax)
    assert.equal(connect('newcomer', 99), 'OVERLOADED')
    assert.equal(connect('dave', 0), 'admitted')
  })

  test('a member that stands below neutral has proved nothing', () => {
    const { connect } = setup({ mallory: 'restricted' })
    crowd(10, connect)
    assert.equal(connect('mallory', 0), 'OVERLOADED')
  })

  test('whoever is connected already is not turned away: one of two connections ends by itself', () => {
    const { connect } = setup()
    crowd(10, connect)
    assert.equal(connect('newcomer-0', 0), 'admitted')
  })
})
