import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type Daemon, type Json, json, LOOPBACK, makeHome, refused, Sandbox } from './support.ts'

describe('[SR-AVL-2] a backup of the authority, while it works', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let bob: Daemon
  let words: readonly string[]
  let made: Json
  const backup = sandbox.path('hq.backup')
  const sizeOf = async (node: Daemon) => (await node.call('trust.head')).size

  before(async () => {
    words = ['--passphrase-file', sandbox.file('passphrase', 'of the backup\n')]
    await sandbox.create('hq')
    hq = await sandbox.up('hq')
    await sandbox.join(hq, 'bob')
    bob = await sandbox.up('bob')
    await bob.waitPeers(1)
    made = await json(['backup', backup, ...words], { home: hq.home })
  })
  after(() => sandbox.end())

  test('has what makes the node, and leaves nothing else behind', () => {
    const names = made.files.map(({ name }: Json) => name)
    assert.deepEqual(names, [
      ...['authority.key', 'front-desk.key', 'node.key', 'peerage.toml', 'state.db']
    ])
    assert.equal(made.nodeId, hq.nodeId)
    assert.equal(statSync(backup).mode & 0o777, 0o600)
    assert.deepEqual(
      readdirSync(hq.home).filter((name) => name.startsWith('backup')),
      []
    )
    const bytes = readFileSync(backup)
    for (const name of ['authority.key', 'node.key']) {
      const { seed } = JSON.parse(readFileSync(`${hq.home}/${name}`, 'utf8'))
      assert.equal(bytes.indexOf(Buffer.from(seed, 'base64url')), -1)
      assert.equal(bytes.indexOf(seed), -1)
    }
  })

  test('is never made without a passphrase, nor over another file', async () => {
    await refused('PASSPHRASE_REQUIRED', ['backup', sandbox.path('open')], { home: hq.home })
    assert.equal(existsSync(sandbox.path('open')), false)
    await refused('INVALID_ARGUMENT', ['backup', backup, ...words], { home: hq.home })
    await refused('HOME_EMPTY', ['backup', sandbox.path('none'), ...words], {
      home: makeHome(sandbox.path('nobody'))
    })
    assert.equal(existsSync(sandbox.path('none')), false)
  })

  test('is restored into an empty home only, whole, and with its passphrase', async () => {
    const home = makeHome(sandbox.path('empty'))
    const bytes = readFileSync(backup)
    const damaged = sandbox.file('damaged', bytes.subarray(0, -100))
    const newer = sandbox.file('newer', bytes.toString('latin1').replace('/1', '/2'))
    const wrong = ['--passphrase-file', sandbox.file('wrong', 'another\n')]
    await refused('FILE_DAMAGED', ['restore', damaged, ...words], { home })
    await refused('FILE_NEWER', ['restore', newer, ...words], { home })
    await refused('FILE_OTHER', ['restore', `${bob.home}/node.key`, ...words], { home })
    await refused('PASSPHRASE_WRONG', ['restore', backup, ...wrong], { home })
    await refused('PASSPHRASE_REQUIRED', ['restore', backup], { home })
    assert.deepEqual(readdirSync(home), ['lock.db'])
    writeFileSync(`${home}/node.key`, readFileSync(`${bob.home}/node.key`))
    await refused('HOME_ALREADY_JOINED', ['restore', backup, ...words], { home })
    await refused('HOME_IN_USE', ['restore', backup, ...words], { home: bob.home })
    const carol = sandbox.path('carol')
    await json(['network', 'create', 'other', '--node', 'carol', '--listen', LOOPBACK], {
      home: carol
    })
    await refused('HOME_ALREADY_JOINED', ['restore', backup, ...words], { home: carol })
  })

  test('signs nothing after the restore until it has what it signed after the backup', async () => {
    const invite = (await sandbox.invite(hq, 'eve')).invite
    const file = sandbox.file('eve.invite', invite)
    const token = (await hq.call('token.create', { ttlMs: 3_600_000 })).id
    await hq.call('member.set', { member: 'bob', addGroups: ['after-the-backup'] })
    const size = await sizeOf(hq)
    const request = sandbox.path('request')
    await json(['member', 'suspend', 'bob', '--offline', request], { home: hq.home })
    await hq.stop()
    await bob.stop()

    const home = sandbox.path('hq2')
    const restored = await json(['restore', backup, ...words], { home })
    assert.equal(restored.entries < size, true)
    await refused('HOME_RESTORED', ['authority', 'sign', request, '--dry-run'], { home })
    const again = await sandbox.up('hq2')
    assert.equal(again.nodeId, hq.nodeId)
    assert.equal(await sizeOf(again), restored.entries)
    const held = ['member', 'suspend', 'bob']
    await refused('HOME_RESTORED', held, { home })
    await refused('HOME_RESTORED', ['invite', 'create', '--member', 'x', '--node', 'x'], { home })
    assert.ok((await attention(again)).includes('HOME_RESTORED'))
    const { tokens = [], items = tokens } = await again.call('token.list')
    assert.ok(!JSON.stringify(items).includes(token))

    const back = await sandbox.up('bob')
    await back.waitPeers(1)
    await again.event('alarm.cleared', { code: 'HOME_RESTORED' })
    assert.equal(await sizeOf(again), size)
    await json(held, { home })
    assert.ok(!(await attention(again)).includes('HOME_RESTORED'))
    // What was open then may have been used or taken back since.
    const late = { home: sandbox.path('eve') }
    await refused('INVITE_UNKNOWN', ['join', '--invite-file', file, '--listen', LOOPBACK], late)
    await json(['audit', 'verify'], { home })
    await again.stop()
  })

  test('signs at once where nothing was signed after it', async () => {
    const home = sandbox.path('hq3')
    await json(['restore', backup, '--latest', ...words], { home })
    const again = await sandbox.up('hq3')
    assert.ok(!(await attention(again)).includes('HOME_RESTORED'))
    await json(['member', 'suspend', 'bob'], { home })
    await again.stop()
  })

  const attention = async (node: Daemon): Promise<string[]> =>
    (await node.call('node.status')).attention.map(({ code }: Json) => code)
})
