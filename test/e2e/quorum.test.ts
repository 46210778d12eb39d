import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Daemon, type Json, json, refused, Sandbox } from './support.ts'

describe('[SR-CFG-1] what needs the consent of several people', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let alice: Daemon
  let bob: Daemon

  before(async () => {
    ;[hq, alice, bob] = await sandbox.network('alice', 'bob')
    for (const name of ['carl', 'dora']) await sandbox.join(hq, name)
  })
  after(() => sandbox.end())

  const at = async ({ home }: Daemon, ...words: string[]): Promise<Json> => json(words, { home })
  const remove = (member: string) => ['member', 'rm', member, '--wait', '20s']
  const open = async (daemon: Daemon): Promise<Json[]> =>
    (await at(daemon, 'authority', 'ls')).items

  test('is nothing until the authority asks somebody', async () => {
    const quorum = ['authority', 'quorum', 'set', '--member', 'alice', '--member', 'bob']
    await refused('INVALID_ARGUMENT', [...quorum, '--threshold', '3'], { home: hq.home })
    await refused('USAGE', quorum, { home: hq.home })
    await at(hq, ...quorum, '--threshold', '2', '--wait', '20s')
    const { members, threshold } = await at(bob, 'authority', 'quorum', 'show')
    assert.deepEqual([members, threshold], [['alice', 'bob'], 2])
  })

  test('a removal makes a proposal, spreads, and is written once enough have approved', async () => {
    const dry = await refused('APPROVAL_NEEDED', [...remove('carl'), '--dry-run'], {
      home: hq.home
    })
    assert.equal(dry.details.proposal, undefined)
    assert.deepEqual(await open(hq), [])
    const { details, hint } = await refused('APPROVAL_NEEDED', remove('carl'), { home: hq.home })
    assert.deepEqual([details.threshold, details.approvers], [2, ['alice', 'bob']])
    assert.match(hint, new RegExp(`authority approve ${details.proposal}`))
    const id = details.proposal
    // Asked for again, it is the same proposal.
    const again = await refused('APPROVAL_NEEDED', remove('carl'), { home: hq.home })
    assert.equal(again.details.proposal, id)
    await Promise.all([alice, bob].map((node) => node.event('authority.proposal', { id })))
    await refused('NOT_AN_APPROVER', ['authority', 'approve', id], { home: hq.home })
    await refused('PROPOSAL_UNKNOWN', ['authority', 'approve', 'abcdef'], { home: bob.home })
    const one = await at(alice, 'authority', 'approve', id.slice(0, 8))
    assert.deepEqual(
      [one.state, one.approvedBy, one.about],
      ['open', ['alice'], 'remove member carl']
    )
    // One person is not two, however often.
    await at(alice, 'authority', 'approve', id)
    await bob.event('authority.proposal', { id, approvals: 1 })
    hq.forgetEvents()
    assert.equal((await at(bob, 'authority', 'approve', id)).state, 'approved')
    await hq.event('trust.advanced')
    const carl = await at(hq, 'member', 'show', 'carl')
    assert.ok(carl.revoked !== undefined)
    assert.deepEqual(await open(hq), [])
    await refused('ALREADY_REVOKED', remove('carl'), { home: hq.home })
  })

  test('an approver proposes on its own node, another rejects, and nothing happens', async () => {
    const propose = ['authority', 'propose', 'member-rm']
    await refused('USAGE', ['authority', 'propose', 'rm', 'dora'], { home: alice.home })
    await refused('MEMBER_UNKNOWN', [...propose, 'nobody'], { home: alice.home })
    const { id } = await at(alice, ...propose, 'dora', '--reason', 'left')
    await bob.event('authority.proposal', { id })
    assert.equal((await at(bob, 'authority', 'reject', id)).state, 'rejected')
    await hq.event('authority.proposal', { id, rejections: 1 })
    assert.equal((await open(hq))[0].state, 'rejected')
    assert.equal((await at(hq, 'member', 'show', 'dora')).revoked, undefined)
  })

  test('survives restarts of everybody, and waits for a locked key', async () => {
    const words = ['authority', 'key', 'prepare']
    const { details } = await refused('APPROVAL_NEEDED', words, { home: hq.home })
    const id = details.proposal
    await Promise.all([alice, bob].map((node) => node.event('authority.proposal', { id })))
    await at(alice, 'authority', 'approve', id)
    await hq.event('authority.proposal', { id, approvals: 1 })
    await at(hq, 'authority', 'lock')
    await bob.stop()
    bob = await sandbox.up('bob')
    await bob.waitPeers(2)
    hq.forgetEvents()
    await at(bob, 'authority', 'approve', id)
    await hq.event('authority.proposal', { id, approvals: 2 })
    assert.equal((await at(hq, 'authority', 'show')).keys.length, 1)
    await at(hq, 'authority', 'unlock')
    await hq.event('trust.advanced')
    const { keys } = await at(hq, 'authority', 'show')
    assert.deepEqual([keys[1].standing, keys[1].held], ['prepared', true])
  })

  test('an encrypted key is put in charge by the last approval, without a second command', async () => {
    const secret = ['--passphrase-file', sandbox.file('next.pass', 'the next one\n')]
    const decide = async (words: string[]) => {
      const { details } = await refused('APPROVAL_NEEDED', words, { home: hq.home })
      const id = details.proposal
      await Promise.all([alice, bob].map((node) => node.event('authority.proposal', { id })))
      hq.forgetEvents()
      await at(alice, 'authority', 'approve', id)
      await at(bob, 'authority', 'approve', id)
      await hq.event('trust.advanced')
    }
    await decide(['authority', 'key', 'prepare', ...secret])
    const { keys } = await at(hq, 'authority', 'show')
    const activate = ['authority', 'key', 'activate', keys[2].fingerprint]
    await refused('PASSPHRASE_REQUIRED', activate, { home: hq.home })
    await decide([...activate, ...secret])
    const now = await at(hq, 'authority', 'show')
    assert.deepEqual([now.fingerprint, now.state], [keys[2].fingerprint, 'unlocked'])
    await at(hq, 'authority', 'lock')
    await refused('PASSPHRASE_REQUIRED', ['authority', 'unlock'], { home: hq.home })
  })
})
