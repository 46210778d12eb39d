import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { refuse } from '../../../src/encoding/verdict.ts'
import { networkIdOf } from '../../../src/identity/network-id.ts'
import { parseEntry, type RevocationTarget } from '../../../src/trust/entry.ts'
import { leafHash } from '../../../src/trust/merkle.ts'
import { TrustState } from '../../../src/trust/state.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { accepted, type Statement, TestHistory } from '../../support/trust-network.ts'

const stranger = PrivateKey.generate(seededRandom('stranger'))

function fold(entries: readonly Uint8Array[]): TrustState {
  const state = new TrustState()
  for (const entry of entries) accepted(state.apply(accepted(parseEntry(entry))))
  return state
}

/** Anna with a laptop and a phone, Ben with a server. */
function createHistory() {
  const history = new TestHistory('state')
  history.addMember('anna', ['staff'])
  const laptop = history.addNode('anna', 'laptop')
  const phone = history.addNode('anna', 'phone')
  history.addMember('ben')
  const server = history.addNode('ben', 'server')
  return { history, laptop, phone, server }
}

function refusal(history: TestHistory, entry: Uint8Array): string {
  const state = fold(history.entries)
  const before = snapshot(state)
  const verdict = state.apply(accepted(parseEntry(entry)))
  if (verdict.ok) return 'accepted'
  assert.deepEqual(snapshot(state), before)
  return verdict.detail?.['rule'] === undefined
    ? verdict.fault
    : `${verdict.fault} ${verdict.detail['rule']}`
}

function snapshot(state: TrustState) {
  return structuredClone({
    size: state.size,
    time: state.time,
    network: state.network,
    keys: state.authorityKeys.map((key) => key.bytes),
    members: state.members(),
    nodes: state.nodes(),
    live: state.liveNodes().map((node) => node.nodeId)
  })
}

describe('the state of a network', () => {
  test('[SR-CFG-1] is what its entries say', () => {
    const { history, laptop, phone, server } = createHistory()
    const state = fold(history.entries)
    assert.equal(state.size, 6)
    assert.deepEqual(state.network, {
      id: networkIdOf(leafHash(history.genesis.entry)),
      name: 'test',
      createdAt: history.time
    })
    assert.ok(state.isAuthorityKey(history.key.publicKey))
    assert.deepEqual(
      state.members().map(({ name, groups, index }) => ({ name, groups, index })),
      [
        { name: 'anna', groups: ['staff'], index: 1 },
        { name: 'ben', groups: [], index: 4 }
      ]
    )
    assert.deepEqual(
      state.liveNodes().map((node) => node.nodeId),
      [laptop, phone, server]
    )
    assert.deepEqual(state.groupsOf('anna'), ['staff'])
    assert.equal(state.nodeNamed('ben', 'server')?.nodeId, server)
    assert.equal(state.nodeWithSerial(state.node(phone)?.serial ?? '')?.nodeId, phone)
    assert.equal(state.node(history.nodeId()), undefined)
    assert.equal(state.member('carl'), undefined)
  })

  test('knows the node that an invite brought', () => {
    const { history } = createHistory()
    history.add(history.enrollment('ben', 'two', { invite: '0123456789abcdef' }))
    const state = fold(history.entries)
    assert.equal(state.nodeInvitedBy('0123456789abcdef')?.node, 'two')
    assert.equal(state.nodeInvitedBy('fedcba9876543210'), undefined)
    assert.equal(state.nodeInvitedBy(''), undefined)
  })

  test('a revoked node is no longer live, and the others are', () => {
    const { history, laptop, phone, server } = createHistory()
    history.add({
      type: 'revoked',
      approvals: [],
      target: { by: 'node', value: laptop },
      reason: 'lost'
    })
    const state = fold(history.entries)
    assert.ok(state.isRevoked({ nodeId: laptop, member: 'anna' }))
    assert.deepEqual(state.revocationOf({ nodeId: laptop, member: 'anna' }), {
      by: 'node',
      value: laptop,
      reason: 'lost',
      revokedAt: history.time,
      index: 6
    })
    assert.ok(!state.isRevoked({ nodeId: phone, member: 'anna' }))
    assert.deepEqual(
      state.liveNodes().map((node) => node.nodeId),
      [phone, server]
    )
    assert.equal(state.nodes().length, 3)
  })

  test('a revoked serial covers the certificate, not the node under another serial', () => {
    const { history, laptop } = createHistory()
    const serial = fold(history.entries).node(laptop)?.serial ?? assert.fail()
    history.add({
      type: 'revoked',
      approvals: [],
      target: { by: 'serial', value: serial },
      reason: ''
    })
    const state = fold(history.entries)
    assert.ok(state.isRevoked({ serial, nodeId: laptop, member: 'anna' }))
    assert.ok(!state.isRevoked({ serial: '0'.repeat(32), nodeId: laptop, member: 'anna' }))
    assert.ok(!state.liveNodes().some((node) => node.nodeId === laptop))
    assert.equal(
      refusal(
        history,
        history.next({
          type: 'revoked',
          approvals: [],
          target: { by: 'node', value: laptop },
          reason: ''
        })
      ),
      'accepted'
    )
  })

  test('a revoked member covers all its nodes', () => {
    const { history, laptop, phone, server } = createHistory()
    history.add({
      type: 'revoked',
      approvals: [],
      target: { by: 'member', value: 'anna' },
      reason: 'left'
    })
    const state = fold(history.entries)
    assert.ok(state.isRevoked({ nodeId: laptop, member: 'anna' }))
    assert.ok(state.isRevoked({ nodeId: phone, member: 'anna' }))
    assert.equal(state.member('anna')?.revoked?.reason, 'left')
    assert.deepEqual(
      state.liveNodes().map((node) => node.nodeId),
      [server]
    )
  })

  test('the name of a revoked node is free again', () => {
    const { history, laptop } = createHistory()
    history.add({
      type: 'revoked',
      approvals: [],
      target: { by: 'node', value: laptop },
      reason: ''
    })
    const next = history.addNode('anna', 'laptop')
    const state = fold(history.entries)
    assert.equal(state.nodeNamed('anna', 'laptop')?.nodeId, next)
    assert.ok(!state.isRevoked({ nodeId: next, member: 'anna' }))
  })
})

describe('[SR-CFG-1] a member', () => {
  const change = (member: string, groups: string[]): Statement => ({
    type: 'member-changed',
    member,
    groups,
    attributes: { site: 'oslo' }
  })

  test('changes its groups and attributes for all its nodes, and keeps them', () => {
    const { history, laptop } = createHistory()
    history.add(change('anna', ['ops', 'staff']))
    const state = fold(history.entries)
    assert.deepEqual(state.groupsOf('anna'), ['ops', 'staff'])
    assert.deepEqual(state.member('anna')?.attributes, { site: 'oslo' })
    assert.equal(state.node(laptop)?.member, 'anna')
    assert.deepEqual(state.groupsOf('ben'), [])
    assert.deepEqual(state.groupsOf('nobody'), [])
  })

  test('is out while it is suspended, with every node, and back when it is resumed', () => {
    const { history, laptop, phone, server } = createHistory()
    history.add({ type: 'member-suspended', member: 'anna', reason: 'audit' })
    const suspended = fold(history.entries)
    for (const nodeId of [laptop, phone]) {
      const exclusion = suspended.exclusionOf({ nodeId, member: 'anna' })
      assert.equal(exclusion?.code, 'MEMBER_SUSPENDED')
      assert.equal(exclusion?.reason, 'audit')
      assert.ok(!suspended.isRevoked({ nodeId, member: 'anna' }))
    }
    assert.deepEqual(
      suspended.liveNodes().map((node) => node.nodeId),
      [server]
    )
    history.add({ type: 'member-resumed', member: 'anna' })
    assert.equal(fold(history.entries).liveNodes().length, 3)
  })

  test('that is revoked while it is suspended is revoked', () => {
    const { history, laptop } = createHistory()
    history.add({ type: 'member-suspended', member: 'anna', reason: '' })
    const target = { by: 'member', value: 'anna' } as const
    history.add({ type: 'revoked', target, reason: '', approvals: [] })
    const exclusion = fold(history.entries).exclusionOf({ nodeId: laptop, member: 'anna' })
    assert.equal(exclusion?.code, 'CERTIFICATE_REVOKED')
    const resumed = history.next({ type: 'member-resumed', member: 'anna' })
    assert.equal(refusal(history, resumed), 'TRUST_ENTRY_INVALID member-live')
  })

  test('is not changed, suspended, resumed or given a node against its state', () => {
    const { history } = createHistory()
    const next = (statement: Statement) => refusal(history, history.next(statement))
    const suspend = (member: string): Statement => ({
      type: 'member-suspended',
      member,
      reason: ''
    })
    assert.equal(next(change('carl', [])), 'TRUST_ENTRY_INVALID member-exists')
    assert.equal(next(suspend('carl')), 'TRUST_ENTRY_INVALID member-exists')
    const resume: Statement = { type: 'member-resumed', member: 'anna' }
    assert.equal(next(resume), 'TRUST_ENTRY_INVALID member-suspended')
    history.add(suspend('anna'))
    assert.equal(next(suspend('anna')), 'TRUST_ENTRY_INVALID member-not-suspended')
    const enrollment = history.enrollment('anna', 'tablet')
    assert.equal(next(enrollment), 'TRUST_ENTRY_INVALID member-not-suspended')
    assert.equal(next(change('anna', [])), 'accepted')
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`a${i}`, '']))
    const bytes = history.next({ ...change('ben', []), attributes: many } as Statement)
    assert.equal(parseEntry(bytes).ok, false)
  })
})

describe('[SR-CFG-1] a kind of records', () => {
  const profile = (fields = {}): Statement => ({
    type: 'kind-set',
    kind: {
      name: 'profile',
      model: 'single',
      writers: { by: 'owner' },
      readers: { by: 'network' },
      valueBytesMax: 1024,
      recordsMax: 1,
      lifetimeMs: 86_400_000,
      versionsKept: 1,
      copies: 8,
      quorum: 2,
      ofRevoked: 'drop',
      ...fields
    }
  })

  test('is declared, changed, retired and declared again, under one data model', () => {
    const { history } = createHistory()
    const next = (statement: Statement) => refusal(history, history.next(statement))
    const retire: Statement = { type: 'kind-retired', kind: 'profile' }
    assert.equal(next(retire), 'TRUST_ENTRY_INVALID kind-exists')
    history.add(profile())
    history.add(profile({ valueBytesMax: 2048 }))
    assert.equal(next(profile({ model: 'dictionary' })), 'TRUST_ENTRY_INVALID kind-model')
    history.add(retire)
    const retired = fold(history.entries)
    assert.equal(retired.kind('profile')?.retiredAt, history.time)
    assert.equal(retired.kind('profile')?.declaration.valueBytesMax, 2048)
    assert.equal(next(retire), 'TRUST_ENTRY_INVALID kind-live')
    assert.equal(next(profile({ model: 'dictionary' })), 'TRUST_ENTRY_INVALID kind-model')
    history.add(profile())
    assert.equal(fold(history.entries).kind('profile')?.retiredAt, undefined)
  })

  test('outside of the bounds is no entry', () => {
    const { history } = createHistory()
    for (const fields of [
      { valueBytesMax: 0 },
      { valueBytesMax: 1 << 20 },
      { recordsMax: 0 },
      { lifetimeMs: 1 },
      { versionsKept: 17 },
      { copies: 17 },
      { quorum: 0 },
      { copies: 2, quorum: 3 },
      { writers: { by: 'everybody' } },
      { writers: { by: 'groups', names: [] } },
      { name: 'No Label' },
      { more: 1 }
    ]) {
      assert.equal(parseEntry(history.next(profile(fields))).ok, false, JSON.stringify(fields))
    }
  })
})

describe('[SR-CFG-1] an entry is refused, and nothing changes,', () => {
  const { history, laptop, phone } = createHistory()
  const anyone: Statement = { type: 'member-added', attributes: {}, member: 'carl', groups: [] }
  const revoke = (by: 'node' | 'member' | 'serial', value: string) =>
    history.next({
      type: 'revoked',
      approvals: [],
      target: { by, value } as RevocationTarget,
      reason: ''
    })

  test('with TRUST_SIGNER_NOT_ENTITLED when anybody else signed it', () => {
    assert.equal(refusal(history, history.next(anyone, stranger)), 'TRUST_SIGNER_NOT_ENTITLED')
  })

  test('with WRONG_NETWORK when it is of another network', () => {
    const other = new TestHistory('other').network
    assert.equal(refusal(history, history.next({ ...anyone, network: other })), 'WRONG_NETWORK')
  })

  test('with TRUST_ENTRY_INVALID index-next when it is not the next one', () => {
    for (const index of [0, history.entries.length - 1, history.entries.length + 1]) {
      assert.equal(
        refusal(history, history.next({ ...anyone, index })),
        'TRUST_ENTRY_INVALID index-next'
      )
    }
  })

  test('with TRUST_ENTRY_INVALID time-forward when it is dated before the previous one', () => {
    const before = history.next({ ...anyone, time: history.time - 1 })
    assert.equal(refusal(history, before), 'TRUST_ENTRY_INVALID time-forward')
    assert.equal(refusal(history, history.next({ ...anyone, time: history.time })), 'accepted')
  })

  test('when the log does not begin with a self-consistent genesis', () => {
    const apply = (bytes: Uint8Array) => {
      const verdict = new TrustState().apply(accepted(parseEntry(bytes)))
      return verdict.ok ? 'accepted' : (verdict.detail?.['rule'] ?? verdict.fault)
    }
    assert.equal(apply(history.next({ ...anyone, index: 0 })), 'genesis-first')
    const genesis = {
      type: 'genesis',
      recoveryKey: new Uint8Array(),
      network: '',
      name: 'test',
      authorityKey: history.key.publicKey.bytes,
      nonce: new Uint8Array(16)
    } as const
    assert.equal(apply(history.next({ ...genesis, index: 0 })), 'accepted')
    assert.equal(apply(history.next({ ...genesis, index: 1 })), 'genesis-index')
    assert.equal(
      apply(history.next({ ...genesis, index: 0 }, stranger)),
      'TRUST_SIGNER_NOT_ENTITLED'
    )
    assert.equal(refusal(history, history.next(genesis)), 'TRUST_ENTRY_INVALID genesis-once')
  })

  test('with TRUST_ENTRY_INVALID when a member is added twice, or again after revocation', () => {
    const again: Statement = { type: 'member-added', attributes: {}, member: 'anna', groups: [] }
    assert.equal(refusal(history, history.next(again)), 'TRUST_ENTRY_INVALID member-new')
    const { history: later } = createHistory()
    later.add({
      type: 'revoked',
      approvals: [],
      target: { by: 'member', value: 'anna' },
      reason: ''
    })
    assert.equal(refusal(later, later.next(again)), 'TRUST_ENTRY_INVALID member-new')
    assert.equal(
      refusal(later, later.next(later.enrollment('anna', 'tablet'))),
      'TRUST_ENTRY_INVALID member-live'
    )
  })

  test('with TRUST_ENTRY_INVALID when an enrollment repeats what must be new', () => {
    const state = fold(history.entries)
    const enroll = (...of: Parameters<TestHistory['enrollment']>) =>
      refusal(history, history.next(history.enrollment(...of)))
    assert.equal(enroll('carl', 'one'), 'TRUST_ENTRY_INVALID member-exists')
    assert.equal(enroll('ben', 'one', { nodeId: laptop }), 'TRUST_ENTRY_INVALID node-new')
    assert.equal(enroll('anna', 'laptop'), 'TRUST_ENTRY_INVALID node-name-free')
    assert.equal(enroll('ben', 'laptop'), 'accepted')
    const serial = state.node(phone)?.serial ?? assert.fail()
    assert.equal(enroll('ben', 'one', { serial }), 'TRUST_ENTRY_INVALID serial-new')
    assert.equal(
      enroll('ben', 'one', { notAfter: history.time }),
      'TRUST_ENTRY_INVALID end-after-start'
    )
    const { history: invited } = createHistory()
    const invite = '0123456789abcdef'
    invited.add(invited.enrollment('ben', 'one', { invite }))
    assert.equal(
      refusal(invited, invited.next(invited.enrollment('ben', 'two', { invite }))),
      'TRUST_ENTRY_INVALID invite-once'
    )
  })

  test('with TRUST_ENTRY_INVALID when a revocation hits nothing', () => {
    assert.equal(refusal(history, revoke('member', 'carl')), 'TRUST_ENTRY_INVALID target-exists')
    assert.equal(
      refusal(history, revoke('node', history.nodeId())),
      'TRUST_ENTRY_INVALID target-exists'
    )
  })

  test('but not when a serial is unknown: renewed certificates are not in the log', () => {
    assert.equal(refusal(history, revoke('serial', '0'.repeat(32))), 'accepted')
  })

  test('with TRUST_ENTRY_INVALID when its target is revoked already', () => {
    const { history: later, laptop, server } = createHistory()
    const again = (by: 'node' | 'member' | 'serial', value: string) =>
      refusal(
        later,
        later.next({
          type: 'revoked',
          approvals: [],
          target: { by, value } as RevocationTarget,
          reason: ''
        })
      )
    const serialOf = (nodeId: typeof server) =>
      fold(later.entries).node(nodeId)?.serial ?? assert.fail()
    later.add({ type: 'revoked', approvals: [], target: { by: 'node', value: server }, reason: '' })
    later.add({
      type: 'revoked',
      approvals: [],
      target: { by: 'member', value: 'anna' },
      reason: ''
    })
    for (const answer of [
      again('node', server),
      again('serial', serialOf(server)),
      again('member', 'anna'),
      again('node', laptop),
      again('serial', serialOf(laptop))
    ]) {
      assert.equal(answer, 'TRUST_ENTRY_INVALID target-live')
    }
  })
})

describe('an attempt', () => {
  const { history } = createHistory()
  const state = fold(history.entries)
  const before = snapshot(state)
  const size = history.entries.length
  history.addMember('carl')
  const tablet = history.addNode('carl', 'tablet')
  history.add({
    type: 'revoked',
    approvals: [],
    target: { by: 'member', value: 'anna' },
    reason: ''
  })
  history.add({ type: 'revoked', approvals: [], target: { by: 'node', value: tablet }, reason: '' })
  const applyMore = () => {
    for (const entry of history.entries.slice(size)) {
      accepted(state.apply(accepted(parseEntry(entry))))
    }
    assert.ok(state.isRevoked({ nodeId: tablet, member: 'carl' }))
  }

  test('that refuses leaves the state as it was', () => {
    const verdict = state.attempt(() => {
      applyMore()
      return refuse('TRUST_PROOF_INVALID')
    })
    assert.equal(verdict.ok, false)
    assert.deepEqual(snapshot(state), before)
    assert.ok(!state.isRevoked({ nodeId: tablet, member: 'anna' }))
  })

  test('that throws leaves the state as it was', () => {
    assert.throws(() =>
      state.attempt(() => {
        applyMore()
        throw new RangeError('disk')
      })
    )
    assert.deepEqual(snapshot(state), before)
  })

  test('does not contain another', () => {
    assert.throws(() => state.attempt(() => state.attempt(() => refuse('INTERNAL'))))
    assert.deepEqual(snapshot(state), before)
  })

  test('of genesis can be taken back, too', () => {
    const empty = new TrustState()
    empty.attempt(() => {
      accepted(empty.apply(accepted(parseEntry(history.genesis.entry))))
      return refuse('INTERNAL')
    })
    assert.deepEqual(snapshot(empty), snapshot(new TrustState()))
  })
})
