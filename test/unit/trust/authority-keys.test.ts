import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { sealApproval, sealPossession, statementDigest } from '../../../src/trust/approval.ts'
import { keyStep, prepareKey } from '../../../src/trust/authority.ts'
import { parseEntry, type Statement } from '../../../src/trust/entry.ts'
import { TrustState } from '../../../src/trust/state.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { accepted, TestHistory } from '../../support/trust-network.ts'

const random = seededRandom('keys of authorities')
const newKey = () => PrivateKey.generate(random)

/** A state and the history that led to it; what is refused is in neither. */
function createFold(recoveryKey?: PrivateKey) {
  const history = new TestHistory('authority keys', recoveryKey?.publicKey)
  const state = new TrustState()
  accepted(state.apply(accepted(parseEntry(history.genesis.entry))))
  const tryEntry = (statement: Statement, key: PrivateKey): string => {
    const bytes = history.next(statement, key)
    const entry = parseEntry(bytes)
    if (!entry.ok) return entry.fault
    const verdict = state.apply(entry.value)
    if (!verdict.ok) return `${verdict.detail?.['rule'] ?? verdict.fault}`
    history.entries.push(bytes)
    return 'accepted'
  }
  return { history, state, tryEntry, first: history.key }
}

describe('[SR-CFG-1] the keys of an authority', () => {
  test('are prepared, activated, tainted and revoked, and one of them is active', () => {
    const { history, state, tryEntry, first } = createFold()
    const next = newKey()
    assert.equal(tryEntry(prepareKey(history.network, next), first), 'accepted')
    assert.ok(!state.isAuthorityKey(next.publicKey))
    assert.equal(tryEntry(keyStep('activated', next.publicKey), first), 'accepted')
    assert.ok(state.signingKey?.equals(next.publicKey))
    assert.deepEqual(
      state.keyHistory().map(({ standing }) => standing),
      ['retired', 'active']
    )
    assert.ok(state.isAuthorityKey(first.publicKey), 'its certificates stay good')
    assert.equal(tryEntry(keyStep('tainted', first.publicKey), next), 'accepted')
    assert.ok(state.isAuthorityKey(first.publicKey))
    assert.equal(tryEntry(keyStep('revoked', first.publicKey), next), 'accepted')
    assert.ok(!state.isAuthorityKey(first.publicKey))
    assert.deepEqual(
      state.authorityKeys.map((key) => key.equals(next.publicKey)),
      [true]
    )
  })

  test('only the active one signs: not a prepared, retired, tainted or revoked one', () => {
    const { history, tryEntry, first } = createFold()
    const next = newKey()
    const harmless: Statement = { type: 'policy-set', text: '', approvals: [] }
    tryEntry(prepareKey(history.network, next), first)
    assert.equal(tryEntry(harmless, next), 'TRUST_SIGNER_NOT_ENTITLED')
    tryEntry(keyStep('activated', next.publicKey), first)
    assert.equal(tryEntry(harmless, first), 'TRUST_SIGNER_NOT_ENTITLED')
    assert.equal(tryEntry(harmless, next), 'accepted')
    tryEntry(keyStep('tainted', first.publicKey), next)
    assert.equal(tryEntry(harmless, first), 'TRUST_SIGNER_NOT_ENTITLED')
    tryEntry(keyStep('revoked', first.publicKey), next)
    assert.equal(tryEntry(harmless, first), 'TRUST_SIGNER_NOT_ENTITLED')
  })

  test('no step is left out, taken twice or taken back', () => {
    const { history, tryEntry, first } = createFold()
    const [next, other] = [newKey(), newKey()]
    const prepare = (key: PrivateKey) => prepareKey(history.network, key)
    assert.equal(tryEntry(keyStep('activated', next.publicKey), first), 'key-step')
    assert.equal(tryEntry(keyStep('tainted', first.publicKey), first), 'key-step')
    assert.equal(tryEntry(keyStep('revoked', first.publicKey), first), 'key-step')
    assert.equal(tryEntry(prepare(next), first), 'accepted')
    assert.equal(tryEntry(prepare(next), first), 'key-step')
    assert.equal(tryEntry(prepare(first), first), 'key-step')
    assert.equal(tryEntry(keyStep('revoked', next.publicKey), first), 'accepted')
    assert.equal(tryEntry(keyStep('activated', next.publicKey), first), 'key-step')
    assert.equal(tryEntry(prepare(other), first), 'accepted')
    assert.equal(tryEntry(keyStep('activated', other.publicKey), first), 'accepted')
    assert.equal(tryEntry(keyStep('activated', first.publicKey), other), 'key-step')
  })

  test('a key is prepared only by who has its private half', () => {
    const { history, tryEntry, first } = createFold()
    const [next, other] = [newKey(), newKey()]
    const step = keyStep('prepared', next.publicKey)
    assert.equal(tryEntry(step, first), 'possession')
    const possession = sealPossession(history.network, other)
    assert.equal(tryEntry({ ...step, possession }, first), 'MESSAGE_MALFORMED')
    const elsewhere = sealPossession(new TestHistory('other').network, next)
    assert.equal(tryEntry({ ...step, possession: elsewhere }, first), 'MESSAGE_MALFORMED')
    const broken = sealPossession(history.network, next)
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
    assert.equal(tryEntry({ ...step, possession: broken }, first), 'SIGNATURE_INVALID')
    const right = sealPossession(history.network, next)
    assert.equal(tryEntry({ ...step, possession: right }, first), 'accepted')
  })
})

describe('[SR-CFG-1] recovery', () => {
  const recover = (
    network: string,
    { next, after }: { next: PrivateKey; after?: PrivateKey }
  ): Statement => ({
    type: 'recovered',
    key: next.publicKey.bytes,
    possession: sealPossession(network, next),
    recoveryKey: after?.publicKey.bytes ?? new Uint8Array(),
    reason: 'the safe burned'
  })

  test('puts a new key in charge, taints the old one and asks nobody', () => {
    const recovery = newKey()
    const { history, state, tryEntry, first } = createFold(recovery)
    const [next, after] = [newKey(), newKey()]
    tryEntry({ type: 'member-added', member: 'anna', groups: [], attributes: {} }, first)
    const consent: Statement = {
      type: 'approvers-set',
      members: ['anna'],
      threshold: 1,
      approvals: []
    }
    assert.equal(tryEntry(consent, first), 'accepted')
    assert.equal(tryEntry(recover(history.network, { next, after }), recovery), 'accepted')
    assert.ok(state.signingKey?.equals(next.publicKey))
    assert.deepEqual(
      state.keyHistory().map(({ standing }) => standing),
      ['tainted', 'active']
    )
    assert.equal(state.consent.threshold, 0)
    const again = recover(history.network, { next: newKey() })
    assert.equal(tryEntry(again, recovery), 'TRUST_SIGNER_NOT_ENTITLED')
    assert.equal(tryEntry(again, after), 'accepted')
    assert.equal(state.recoveryKey, undefined)
  })

  test('is for the recovery key alone, which can do nothing else', () => {
    const recovery = newKey()
    const { history, tryEntry, first } = createFold(recovery)
    const next = newKey()
    const statement = recover(history.network, { next })
    assert.equal(tryEntry(statement, first), 'TRUST_SIGNER_NOT_ENTITLED')
    const policy: Statement = { type: 'policy-set', text: '', approvals: [] }
    assert.equal(tryEntry(policy, recovery), 'TRUST_SIGNER_NOT_ENTITLED')
    const same = recover(history.network, { next, after: recovery })
    assert.equal(tryEntry(same, recovery), 'key-new')
    assert.equal(tryEntry(recover(history.network, { next: first }), recovery), 'key-new')
  })

  test('does not exist in a network that was created without', () => {
    const { history, tryEntry } = createFold()
    const statement = recover(history.network, { next: newKey() })
    assert.equal(tryEntry(statement, newKey()), 'TRUST_SIGNER_NOT_ENTITLED')
  })
})

describe('[SR-CFG-1] consent', () => {
  /** Anna, Ben and Carl, two of whom have to agree. */
  function createBoard() {
    const fold = createFold()
    const { history, tryEntry, first } = fold
    const keys = { anna: newKey(), ben: newKey(), carl: newKey(), dora: newKey() }
    for (const [member, key] of Object.entries(keys)) {
      tryEntry({ type: 'member-added', member, groups: [], attributes: {} }, first)
      const nodeId = nodeIdOf(key.publicKey)
      tryEntry(history.enrollment(member, 'one', { nodeId }) as Statement, first)
    }
    const members = ['anna', 'ben', 'carl']
    const set: Statement = { type: 'approvers-set', members, threshold: 2, approvals: [] }
    assert.equal(tryEntry(set, first), 'accepted')
    const approve = (statement: Statement, who: readonly PrivateKey[], fields = {}) => ({
      ...statement,
      approvals: who.map((key) =>
        sealApproval(
          {
            network: history.network,
            proposal: new Uint8Array(16).fill(1),
            statement: statementDigest(statement),
            expiresAt: history.time,
            ...fields
          },
          key
        )
      )
    })
    return { ...fold, keys, approve }
  }
  const removal = (member: string): Statement => ({
    type: 'revoked',
    target: { by: 'member', value: member },
    reason: '',
    approvals: []
  })

  test('of enough members carries out what none of them could alone', () => {
    const { tryEntry, first, keys, approve } = createBoard()
    const { anna, ben } = keys
    assert.equal(tryEntry(removal('dora'), first), 'approved')
    assert.equal(tryEntry(approve(removal('dora'), [anna]), first), 'approved')
    assert.equal(tryEntry(approve(removal('dora'), [anna, ben]), anna), 'TRUST_SIGNER_NOT_ENTITLED')
    assert.equal(tryEntry(approve(removal('dora'), [anna, ben]), first), 'accepted')
  })

  test('is asked for keys, policy and the approvers themselves, not for daily work', () => {
    const { history, tryEntry, first } = createBoard()
    assert.equal(tryEntry(prepareKey(history.network, newKey()), first), 'approved')
    assert.equal(tryEntry({ type: 'policy-set', text: '', approvals: [] }, first), 'approved')
    const alone: Statement = { type: 'approvers-set', members: [], threshold: 0, approvals: [] }
    assert.equal(tryEntry(alone, first), 'approved')
    assert.equal(
      tryEntry({ type: 'member-suspended', member: 'dora', reason: '' }, first),
      'accepted'
    )
    const nodeId = history.nodeId()
    tryEntry(history.enrollment('anna', 'two', { nodeId }) as Statement, first)
    const node: Statement = {
      type: 'revoked',
      target: { by: 'node', value: nodeId },
      reason: '',
      approvals: []
    }
    assert.equal(tryEntry(node, first), 'accepted')
  })

  test('counts each member once, and only live nodes of those who are asked', () => {
    const { history, tryEntry, first, keys, approve } = createBoard()
    const { anna, ben, carl, dora } = keys
    const second = newKey()
    const nodeId = nodeIdOf(second.publicKey)
    tryEntry(history.enrollment('anna', 'two', { nodeId }) as Statement, first)
    const wrong = [
      [anna, anna],
      [anna, second],
      [anna, dora],
      [anna, newKey()],
      [anna, first]
    ]
    for (const who of wrong) {
      assert.equal(tryEntry(approve(removal('dora'), who), first), 'approved')
    }
    tryEntry({ type: 'member-suspended', member: 'ben', reason: '' }, first)
    assert.equal(tryEntry(approve(removal('dora'), [anna, ben]), first), 'approved')
    assert.equal(tryEntry(approve(removal('dora'), [second, carl]), first), 'accepted')
  })

  test('holds for one statement, one network, one proposal, once and in time', () => {
    const { history, state, tryEntry, first, keys, approve } = createBoard()
    const { anna, ben } = keys
    const policy: Statement = { type: 'policy-set', text: 'permit', approvals: [] }
    const { approvals } = approve(policy, [anna, ben])
    assert.equal(tryEntry({ ...policy, text: 'forbid', approvals }, first), 'MESSAGE_MALFORMED')
    const network = new TestHistory('other').network
    const elsewhere = approve(policy, [anna, ben], { network })
    assert.equal(tryEntry(elsewhere, first), 'MESSAGE_MALFORMED')
    const late = approve(policy, [anna, ben], { expiresAt: history.time - 1 })
    assert.equal(tryEntry(late, first), 'approval-in-time')
    const [mine] = approve(policy, [anna], { proposal: new Uint8Array(16).fill(2) }).approvals
    const [theirs] = approve(policy, [ben]).approvals
    const mixed = { ...policy, approvals: [mine ?? assert.fail(), theirs ?? assert.fail()] }
    assert.equal(tryEntry(mixed, first), 'approval-once')
    assert.equal(tryEntry({ ...policy, approvals }, first), 'accepted')
    assert.equal(state.policy?.text, 'permit')
    assert.equal(tryEntry({ ...policy, approvals }, first), 'approval-once')
    const flipped = approvals.map((bytes) => bytes.slice())
    flipped[0]?.fill(0, -1)
    assert.equal(tryEntry({ ...policy, approvals: flipped }, first), 'SIGNATURE_INVALID')
  })

  test('cannot be asked of nobody, of strangers, or of more members than there are', () => {
    const { tryEntry, first } = createFold()
    tryEntry({ type: 'member-added', member: 'anna', groups: [], attributes: {} }, first)
    const set = (members: string[], threshold: number): string =>
      tryEntry({ type: 'approvers-set', members, threshold, approvals: [] }, first)
    assert.equal(set([], 1), 'threshold')
    assert.equal(set(['anna'], 0), 'threshold')
    assert.equal(set(['anna'], 2), 'threshold')
    assert.equal(set(['ben'], 1), 'member-exists')
    assert.equal(set(['anna', 'anna'], 1), 'MESSAGE_MALFORMED')
    assert.equal(set(['anna'], 1), 'accepted')
  })

  test('that nobody asked for is no part of an entry', () => {
    const { history, tryEntry, first } = createFold()
    const policy: Statement = { type: 'policy-set', text: '', approvals: [] }
    const approval = sealApproval(
      {
        network: history.network,
        proposal: new Uint8Array(16),
        statement: statementDigest(policy),
        expiresAt: history.time
      },
      newKey()
    )
    assert.equal(tryEntry({ ...policy, approvals: [approval] }, first), 'approved')
  })
})
