import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Daemon, json, refused, Sandbox } from './support.ts'

describe('the authority and the members', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let alice: Daemon

  before(async () => {
    ;[hq, alice] = await sandbox.network('alice')
  })
  after(() => sandbox.end())

  const serialOf = async (daemon: Daemon) =>
    (await json(['cert', 'show'], { home: daemon.home })).serial

  test('groups and attributes change everywhere without another certificate', async () => {
    const before = await serialOf(alice)
    alice.forgetEvents()
    const arrived = alice.event('trust.advanced', {})
    const words = ['member', 'set', 'alice', '--add-group', 'ops', '--attr', 'site=oslo']
    const changed = await json(words, { home: hq.home })
    assert.deepEqual([changed.groups, changed.attributes], [['ops'], { site: 'oslo' }])
    assert.deepEqual([changed.excluded, changed.restored, changed.dryRun], [[], [], false])
    await arrived
    const shown = await json(['member', 'show', 'alice'], { home: alice.home })
    assert.deepEqual([shown.groups, shown.attributes], [['ops'], { site: 'oslo' }])
    assert.deepEqual((await json(['status'], { home: alice.home })).groups, ['ops'])
    assert.equal(await serialOf(alice), before)
    const back = ['member', 'set', 'alice', '--rm-group', 'ops', '--rm-attr', 'site']
    const undone = await json(back, { home: hq.home })
    assert.deepEqual([undone.groups, undone.attributes], [[], {}])
  })

  test('a dry run says what would happen and changes nothing', async () => {
    const { size } = await json(['trust', 'head'], { home: hq.home })
    for (const verb of ['suspend', 'rm']) {
      const said = await json(['member', verb, 'alice', '--dry-run'], { home: hq.home })
      assert.deepEqual([said.dryRun, said.excluded, said.index], [true, [alice.nodeId], size])
    }
    await refused('MEMBER_NOT_SUSPENDED', ['member', 'resume', 'alice', '--dry-run'], {
      home: hq.home
    })
    assert.equal((await json(['trust', 'head'], { home: hq.home })).size, size)
    assert.equal((await json(['peer', 'ls'], { home: hq.home })).items[0].connected, true)
  })

  test('a suspended member is cut off, told so, and back when it is resumed', async () => {
    for (const daemon of [hq, alice]) daemon.forgetEvents()
    const cut = hq.event('peer.closed', { nodeId: alice.nodeId, code: 'MEMBER_SUSPENDED' })
    const words = ['member', 'suspend', 'alice', '--reason', 'audit']
    const suspended = await json(words, { home: hq.home })
    assert.deepEqual(suspended.excluded, [alice.nodeId])
    await cut
    const error = await refused('ADMISSION_REFUSED_BY_PEER', ['peer', 'connect', 'office/hq'], {
      home: alice.home
    })
    assert.equal(error.details.reason, 'MEMBER_SUSPENDED')
    const { attention } = await json(['status'], { home: alice.home })
    assert.equal(attention[0].code, 'MEMBER_SUSPENDED')
    await refused('MEMBER_SUSPENDED', words, { home: hq.home })
    const invite = ['invite', 'create', '--member', 'alice', '--node', 'phone']
    await refused('MEMBER_SUSPENDED', invite, { home: hq.home })
    const resumed = await json(['member', 'resume', 'alice'], { home: hq.home })
    assert.deepEqual(resumed.restored, [alice.nodeId])
    await json(['peer', 'connect', 'office/hq'], { home: alice.home })
    await Promise.all([hq, alice].map((daemon) => daemon.waitPeers(1)))
  })

  test('only the authority decides, and only about members that there are', async () => {
    await refused('AUTHORITY_ABSENT', ['member', 'suspend', 'office'], { home: alice.home })
    await refused('AUTHORITY_ABSENT', ['member', 'rm', 'office', '--dry-run'], {
      home: alice.home
    })
    await refused('MEMBER_UNKNOWN', ['member', 'set', 'nobody', '--add-group', 'ops'], {
      home: hq.home
    })
    await refused('INVALID_ARGUMENT', ['member', 'set', 'alice', '--add-group', 'No Label'], {
      home: hq.home
    })
  })

  test('a removed member is out for good, and its name stays taken', async () => {
    hq.forgetEvents()
    const cut = hq.event('peer.closed', { nodeId: alice.nodeId, code: 'CERTIFICATE_REVOKED' })
    const removed = await json(['member', 'rm', 'alice', '--reason', 'left'], { home: hq.home })
    assert.deepEqual(removed.excluded, [alice.nodeId])
    await cut
    await refused('ALREADY_REVOKED', ['member', 'resume', 'alice'], { home: hq.home })
    await refused('ALREADY_REVOKED', ['invite', 'create', '--member', 'alice', '--node', 'n'], {
      home: hq.home
    })
  })
})
