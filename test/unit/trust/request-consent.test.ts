import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { utf8 } from '../../../src/encoding/bytes.ts'
import { LIMITS } from '../../../src/limits.ts'
import type { Statement } from '../../../src/trust/entry.ts'
import { agreementOn, approveRequest, beginConsent } from '../../../src/trust/request-consent.ts'
import {
  createRequest,
  type DecisionRequest,
  readRequest
} from '../../../src/trust/request-file.ts'
import { accepted, createTestNetwork } from '../../support/trust-network.ts'

const REMOVAL: Statement = {
  type: 'revoked',
  target: { by: 'member', value: 'carol' },
  reason: 'left',
  approvals: []
}

/** Two of alice, bob and carol have to agree. */
async function network(seed: string) {
  const made = createTestNetwork(seed)
  const keys = new Map<string, PrivateKey>()
  for (const member of ['alice', 'bob', 'carol', 'dora']) {
    const key = PrivateKey.generate(made.random)
    keys.set(member, key)
    await made.authority.enroll({
      ...{ member, node: 'laptop', groups: [], publicKey: key.publicKey },
      ...{ method: 'invite', assurance: 1, invite: '' }
    })
  }
  const members = ['alice', 'bob', 'carol']
  await made.authority.decide({ type: 'approvers-set', members, threshold: 2, approvals: [] })
  const { log, clock, random } = made
  const ask = (statement: Statement) => {
    const consent = beginConsent(log.state, statement, { random, now: clock.now() })
    return carried(createRequest(log, statement, consent))
  }
  const approve = (request: DecisionRequest, member: string) =>
    approveRequest(log, request, {
      key: keys.get(member) ?? assert.fail(member),
      now: clock.now()
    })
  return { ...made, ask, approve }
}

/** As if it had been written into a file and read. */
function carried(content: object): DecisionRequest {
  return accepted(readRequest(utf8(JSON.stringify(content))))
}

const fault = (verdict: { ok: boolean; fault?: string }) => verdict.fault ?? 'none'

describe('[SR-CFG-1] consent in a request file', async () => {
  const { log, clock, authority, ask, approve } = await network('request consent')
  const now = () => clock.now()

  test('is not asked for what one person decides', () => {
    const suspended: Statement = { type: 'member-suspended', member: 'carol', reason: '' }
    assert.equal(ask(suspended).consent, undefined)
    assert.equal(accepted(agreementOn(log, ask(suspended), now())).needed, 0)
    assert.equal(fault(approve(ask(suspended), 'alice')), 'INVALID_ARGUMENT')
  })

  test('is counted by member, and makes an entry that the log takes', async () => {
    const request = ask(REMOVAL)
    assert.equal(fault(approve(request, 'dora')), 'NOT_AN_APPROVER')
    const one = accepted(approve(request, 'alice'))
    const same = accepted(approve(one, 'alice'))
    assert.deepEqual(same, one)
    assert.deepEqual(accepted(agreementOn(log, one, now())).missing, ['bob', 'carol'])
    const { approvals, needed } = accepted(agreementOn(log, accepted(approve(one, 'bob')), now()))
    assert.equal(needed, 0)
    const tooFew = { ...REMOVAL, approvals: approvals.slice(1) }
    await assert.rejects(authority.decide(tooFew), { code: 'APPROVAL_NEEDED' })
    await authority.decide({ ...REMOVAL, approvals: [...approvals] })
    assert.ok(log.state.member('carol')?.revoked !== undefined)
  })

  test('is for one statement, one request and one network, and for a week', async () => {
    const other = await network('another network')
    const policy = (text: string): Statement => ({ type: 'policy-set', text, approvals: [] })
    const request = accepted(approve(ask(policy('a')), 'alice'))
    const { consent = assert.fail() } = request
    const judge = (changed: Partial<DecisionRequest>) =>
      fault(agreementOn(log, { ...request, ...changed }, now()))
    assert.equal(judge({}), 'none')
    assert.equal(judge({ statement: policy('b') }), 'FILE_DAMAGED')
    assert.equal(judge({ consent: undefined }), 'FILE_DAMAGED')
    const later = { ...consent, expiresAt: consent.expiresAt + 1 }
    assert.equal(judge({ consent: later }), 'FILE_DAMAGED')
    const foreign = accepted(other.approve(other.ask(policy('a')), 'alice')).consent
    assert.equal(judge({ consent: foreign }), 'FILE_DAMAGED')
    const forged = consent.approvals.map((bytes) => bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1))
    assert.equal(judge({ consent: { ...consent, approvals: forged } }), 'FILE_DAMAGED')
    const end = now() + LIMITS.proposalLifetimeMs
    assert.equal(fault(agreementOn(log, request, end)), 'none')
    assert.equal(fault(agreementOn(log, request, end + 1)), 'APPROVAL_EXPIRED')
  })
})
