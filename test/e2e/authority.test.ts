import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Daemon, json, refused, Sandbox } from './support.ts'

describe('[SR-ID-2] an authority key with a passphrase of its own', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let secret: readonly string[]

  before(async () => {
    const file = sandbox.file('authority.pass', 'correct horse\n')
    secret = ['--passphrase-file', file]
    await sandbox.create('hq', ['--member', 'office', '--authority-passphrase-file', file])
    hq = await sandbox.up('hq')
  })
  after(() => sandbox.end())

  const authority = async (...words: string[]) => json(['authority', ...words], { home: hq.home })
  const codes = async () =>
    (await hq.call('node.status')).attention.map(({ code }: { code: string }) => code)

  test('is locked when the daemon starts without it, and the daemon says so', async () => {
    const { state, keys } = await authority('show')
    assert.deepEqual([state, keys.length, keys[0].held], ['locked', 1, true])
    assert.deepEqual(await codes(), ['AUTHORITY_LOCKED'])
    const error = await refused(
      'AUTHORITY_LOCKED',
      ['invite', 'create', '--member', 'alice', '--node', 'alice'],
      { home: hq.home }
    )
    assert.match(error.hint, /authority unlock/)
    await refused('AUTHORITY_LOCKED', ['cert', 'renew'], { home: hq.home })
    await refused('AUTHORITY_LOCKED', ['member', 'set', 'office', '--add-group', 'x'], {
      home: hq.home
    })
  })

  test('is opened by its passphrase only', async () => {
    const { home } = hq
    await refused('PASSPHRASE_REQUIRED', ['authority', 'unlock'], { home })
    const wrong = sandbox.file('wrong.pass', 'battery staple\n')
    const words = ['authority', 'unlock', '--passphrase-file', wrong]
    await refused('PASSPHRASE_WRONG', words, { home })
    assert.equal((await authority('show')).state, 'locked')
    const right = ['authority', 'unlock', ...secret]
    await refused('INVALID_ARGUMENT', [...right, '--for', '2d'], { home })
    const before_ = Date.now()
    const unlocked = await authority('unlock', ...secret, '--for', '1h')
    assert.equal(unlocked.state, 'unlocked')
    assert.ok(Date.parse(unlocked.locksAt) >= before_ + 3_600_000)
    assert.deepEqual(await codes(), [])
  })

  test('locked again, refuses a joiner, who comes back with the same invite', async () => {
    const { invite } = await sandbox.invite(hq, 'alice')
    const file = sandbox.file('alice.invite', invite)
    const join = ['join', '--invite-file', file, '--listen', '/ip4/127.0.0.1/tcp/0']
    const alice = { home: sandbox.path('alice') }
    await authority('lock')
    await refused('AUTHORITY_LOCKED', join, alice)
    await authority('unlock', ...secret)
    await json(join, alice)
  })

  test('refuses to renew others while it is locked, and locks itself in time', async () => {
    const alice = await sandbox.up('alice')
    await alice.waitPeers(1)
    hq.forgetEvents()
    await authority('unlock', ...secret, '--for', '1ms')
    await hq.event('authority.locked')
    assert.equal((await authority('show')).state, 'locked')
    const error = await refused('RENEWAL_UNAVAILABLE', ['cert', 'renew'], { home: alice.home })
    assert.equal(error.details.tried[0].code, 'AUTHORITY_LOCKED')
    await authority('unlock', ...secret)
    await json(['cert', 'renew'], { home: alice.home })
    await refused('AUTHORITY_ABSENT', ['authority', 'unlock'], { home: alice.home })
    const { items } = await json(['audit', 'search', '--event', 'authority'], { home: hq.home })
    const events = items.map(({ event }: { event: string }) => event)
    assert.ok(events.includes('authority.locked') && events.includes('authority.unlocked'))
    assert.doesNotMatch(JSON.stringify(items) + hq.stderr, /horse|Y29ycmVjdCBob3JzZQ/)
    await alice.stop()
  })

  test('opens at the start with --authority-passphrase-file, which has to be right', async () => {
    await hq.stop()
    const wrong = sandbox.path('wrong.pass')
    const init = { home: hq.home }
    await refused('PASSPHRASE_WRONG', ['up', '--authority-passphrase-file', wrong], init)
    hq = await sandbox.up('hq', ['--authority-passphrase-file', sandbox.path('authority.pass')])
    const { state, locksAt } = await authority('show')
    assert.deepEqual([state, locksAt], ['unlocked', undefined])
  })
})
