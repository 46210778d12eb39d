import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type Daemon, type Json, json, refused, run, Sandbox } from './support.ts'

describe('[SR-CFG-1] several people decide, and the authority key is on no node', {
  timeout: 120_000
}, () => {
  const sandbox = new Sandbox()
  /** The machine without a network. */
  const vault = sandbox.path('vault')
  let alice: Daemon
  let bob: Daemon

  before(async () => {
    await sandbox.create('vault', ['--member', 'office'])
    const hq = await sandbox.up('vault')
    for (const name of ['alice', 'bob', 'carol']) await sandbox.join(hq, name)
    alice = await sandbox.up('alice')
    bob = await sandbox.up('bob')
    await Promise.all([alice, bob].map((daemon) => daemon.waitPeers(2)))
    const quorum = ['authority', 'quorum', 'set', '--member', 'alice', '--member', 'bob']
    await json([...quorum, '--threshold', '2', '--wait', '20s'], { home: vault })
    await hq.stop()
  })
  after(() => sandbox.end())

  const path = (name: string) => sandbox.path(name)
  const ask = async (name: string, ...words: string[]): Promise<Json> =>
    json([...words, '--offline', path(name)], { home: alice.home })
  const approve = (home: string, from: string, to: string) => [
    ...['authority', 'approve', path(from), '--out', path(to), '--home', home]
  ]
  const sign = (request: string, ...words: string[]) => [
    ...['authority', 'sign', path(request), ...words, '--home', vault]
  ]

  test('a request goes round, and is signed once enough have approved', async () => {
    await ask('remove', 'member', 'rm', 'carol', '--reason', 'left')
    const look = await run([...sign('remove', '--dry-run'), '--json'])
    const looked = JSON.parse(look.stdout)
    assert.deepEqual([look.exit, looked.needed, looked.missing], [4, 2, ['alice', 'bob']])
    const one = await json(approve(alice.home, 'remove', 'one'))
    assert.deepEqual([one.words, one.needed], ['revoke member carol for good (left)', 1])
    const short = await refused('APPROVAL_NEEDED', sign('one', '--out', path('never')))
    assert.deepEqual(
      [short.details.needed, short.details.missing, short.details.approvedBy],
      [1, ['bob'], ['alice']]
    )
    // One person is not two, and nobody else is asked.
    const again = await json(approve(alice.home, 'one', 'again'))
    assert.deepEqual([again.needed, again.approvedBy], [1, ['alice']])
    await refused('NOT_AN_APPROVER', approve(vault, 'one', 'never'))
    await bob.stop()
    const two = await json(approve(bob.home, 'again', 'two'))
    assert.deepEqual([two.needed, two.approvedBy], [0, ['alice', 'bob']])
    const signed = await json(sign('two', '--out', path('signed')))
    assert.deepEqual(signed.approvedBy, ['alice', 'bob'])
    await json(['trust', 'import', path('signed')], { home: alice.home })
    const carol = await json(['member', 'show', 'carol'], { home: alice.home })
    assert.equal(carol.revoked.reason, 'left')
    await refused('REQUEST_OUTDATED', approve(alice.home, 'remove', 'never'))
  })

  test('an approval is for what was read, and for nothing else', async () => {
    await ask('policy', 'policy', 'set', sandbox.file('text', 'permit(all);\n'))
    await json(approve(alice.home, 'policy', 'read'))
    await ask('other', 'policy', 'set', sandbox.file('changed', 'permit(none);\n'))
    const content = (name: string) => JSON.parse(readFileSync(path(name), 'utf8'))
    const swapped = { ...content('read'), statement: content('other').statement }
    sandbox.file('swapped', JSON.stringify(swapped))
    await refused('FILE_DAMAGED', sign('swapped', '--dry-run'))
    await refused('FILE_DAMAGED', approve(alice.home, 'swapped', 'never'))
    const { consent: _none, ...without } = content('read')
    sandbox.file('without', JSON.stringify(without))
    await refused('FILE_DAMAGED', sign('without', '--out', path('never')))
    await refused('USAGE', ['authority', 'approve', path('read')], { home: alice.home })
    const both = ['policy', 'set', path('text'), '--dry-run', '--offline', path('never')]
    await refused('USAGE', both, { home: alice.home })
  })

  test('what approvers have said over the network is in the request', async () => {
    bob = await sandbox.up('bob')
    await bob.waitPeers(1)
    const propose = ['authority', 'propose', 'policy-set', path('text')]
    const { id } = await json(propose, { home: alice.home })
    await json(['authority', 'approve', id], { home: alice.home })
    await bob.event('authority.proposal', { id })
    alice.forgetEvents()
    const looked = await json(['authority', 'approve', id, '--dry-run'], { home: bob.home })
    assert.deepEqual(looked.approvedBy, ['alice'])
    await json(['authority', 'approve', id], { home: bob.home })
    await alice.event('authority.proposal', { id, approvals: 2 })
    await ask('agreed', 'policy', 'set', path('text'))
    const dry = await json(sign('agreed', '--dry-run'))
    assert.deepEqual([dry.needed, dry.text], [0, 'permit(all);\n'])
    await json(sign('agreed', '--out', path('agreed.signed')))
    await json(['trust', 'import', path('agreed.signed')], { home: alice.home })
    const policy = await json(['policy', 'show'], { home: alice.home })
    assert.deepEqual([policy.text, policy.approvedBy], ['permit(all);\n', ['alice', 'bob']])
  })
})
