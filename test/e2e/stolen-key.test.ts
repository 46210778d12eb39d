import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { copyHome } from '../../src/testnet/copy-home.ts'
import { type Daemon, json, refused, Sandbox } from './support.ts'

const CODE = 'CERTIFICATE_IN_TWO_PLACES'

describe('[SR-FRD-1] the key of a node at two places', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let bob: Daemon
  let copy: Daemon

  before(async () => {
    await sandbox.create('hq', ['--member', 'office'])
    hq = await sandbox.up('hq')
    await sandbox.join(hq, 'bob')
    await sandbox.join(hq, 'carol')
    copyHome(sandbox.path('bob'), sandbox.path('copy'))
    // Where the copied home listened is taken while the original runs.
    sandbox.file('copy/peerage.toml', 'listen = ["/ip4/127.0.0.2/tcp/0"]\n')
    await sandbox.up('carol')
    bob = await sandbox.up('bob')
    await bob.waitPeers(2)
  })
  after(() => sandbox.end())

  const alarms = async (daemon: Daemon) =>
    (await json(['trust', 'alarms'], { home: daemon.home })).items.map(
      ({ code, subject }: { code: string; subject: string }) => `${code} ${subject}`
    )

  test('is no alarm when the node ends in any way and starts again', async () => {
    for (const end of ['SIGTERM', 'SIGKILL'] as const) {
      await bob.stop(end)
      bob = await sandbox.up('bob')
      await bob.waitPeers(2)
    }
    for (const peer of ['hq', 'carol']) {
      await json(['peer', 'disconnect', peer], { home: bob.home })
      await json(['peer', 'connect', peer], { home: bob.home })
    }
    assert.deepEqual(await alarms(hq), [])
    assert.deepEqual(await alarms(bob), [])
  })

  test('raises an alarm at the authority and at the node itself', async () => {
    hq.forgetEvents()
    const atAuthority = hq.event('alarm.raised', { code: CODE, subject: 'bob/bob' })
    const atNode = bob.event('alarm.raised', { code: CODE, subject: 'bob/bob' })
    copy = await sandbox.up('copy')
    assert.equal(copy.nodeId, bob.nodeId)
    await atAuthority
    await atNode
    assert.deepEqual(await alarms(hq), [`${CODE} bob/bob`])
    const { attention } = await hq.call('node.status')
    assert.ok(attention.some((item: { code: string }) => item.code === CODE))
  })

  test('is recovered in one step: both copies are out, and a new node has the name', async () => {
    const rehearsed = await json(['cert', 'recover', 'bob', '--dry-run'], { home: hq.home })
    assert.deepEqual(rehearsed.revoked.nodes, [bob.nodeId])
    assert.equal(rehearsed.invite, undefined)
    const file = sandbox.path('bob-again.invite')
    const words = ['cert', 'recover', 'bob', '--reason', 'copied', '--out', file]
    const recovered = await json(words, { home: hq.home })
    assert.equal(recovered.nodeId, bob.nodeId)
    assert.equal(recovered.invite.file, file)
    assert.equal(recovered.invite.invite, undefined)
    await refused('ADMISSION_REFUSED_BY_PEER', ['peer', 'connect', 'hq'], { home: copy.home })
    assert.deepEqual(await alarms(hq), [])
    await copy.stop()
    await bob.stop()
    const listen = ['--listen', '/ip4/127.0.0.1/tcp/0']
    const joined = await json(['join', '--invite-file', file, ...listen], {
      home: sandbox.path('bob-again')
    })
    assert.notEqual(joined.node.id, bob.nodeId)
    assert.equal(`${joined.node.member}/${joined.node.name}`, 'bob/bob')
    bob = await sandbox.up('bob-again')
    await bob.waitPeers(2)
  })

  test('recovering names what is in the way', async () => {
    await refused('NODE_UNKNOWN', ['cert', 'recover', 'nobody'], { home: hq.home })
    await refused('INVALID_ARGUMENT', ['cert', 'recover', 'hq'], { home: hq.home })
    await refused('AUTHORITY_ABSENT', ['cert', 'recover', 'carol'], { home: bob.home })
    await json(['member', 'suspend', 'carol'], { home: hq.home })
    await refused('MEMBER_SUSPENDED', ['cert', 'recover', 'carol'], { home: hq.home })
  })
})

describe('[SR-FRD-1] an authority that suspends by itself', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())

  test('keeps both copies out until the node is recovered', async () => {
    await sandbox.create('hq', ['--member', 'office'])
    sandbox.file(
      'hq/peerage.toml',
      'listen = ["/ip4/127.0.0.1/tcp/0"]\nfront_desk = ["/ip4/127.0.0.1/tcp/0"]\nauto_suspend = true\n'
    )
    const hq = await sandbox.up('hq')
    await sandbox.join(hq, 'bob')
    copyHome(sandbox.path('bob'), sandbox.path('copy'))
    sandbox.file('copy/peerage.toml', 'listen = ["/ip4/127.0.0.2/tcp/0"]\n')
    const bob = await sandbox.up('bob')
    await bob.waitPeers(1)
    const copy = await sandbox.up('copy')
    await hq.event('peer.closed', { nodeId: bob.nodeId, code: 'MEMBER_SUSPENDED' })
    await refused('ADMISSION_REFUSED_BY_PEER', ['peer', 'connect', 'hq'], { home: bob.home })
    await refused('ADMISSION_REFUSED_BY_PEER', ['peer', 'connect', 'hq'], { home: copy.home })
    const recovered = await json(['cert', 'recover', 'bob'], { home: hq.home })
    assert.equal(recovered.resumed, true)
    const { suspended } = await hq.call('member.show', { member: 'bob' })
    assert.equal(suspended, undefined)
  })
})
