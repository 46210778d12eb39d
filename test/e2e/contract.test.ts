import assert from 'node:assert/strict'
import { existsSync, statSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type Daemon, json, LOOPBACK, refused, run, Sandbox } from './support.ts'

const NODE_ID = /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe('three homes', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let alice: Daemon
  let bob: Daemon

  before(async () => {
    const created = await sandbox.create('hq', ['--member', 'office'])
    assert.match(created.network.id, /^[a-z2-7]{52}$/)
    assert.equal(created.network.name, 'hq')
    assert.match(created.node.id, NODE_ID)
    assert.deepEqual([created.node.name, created.node.member], ['hq', 'office'])
    assert.match(created.authority.fingerprint, /^sha256:[0-9a-f]{64}$/)
    hq = await sandbox.up('hq')
    const joined = await sandbox.join(hq, 'alice')
    assert.equal(joined.network.id, created.network.id)
    await sandbox.join(hq, 'bob')
    alice = await sandbox.up('alice')
    bob = await sandbox.up('bob')
    await Promise.all([hq, alice, bob].map((daemon) => daemon.waitPeers(2)))
  })
  after(() => sandbox.end())

  test('the ready line says node id, addresses and socket, and is all of standard output', () => {
    assert.equal(hq.ready.event, 'ready')
    assert.match(hq.ready.listen[0], new RegExp(`^/ip4/127.0.0.1/tcp/\\d+/p2p/${hq.nodeId}$`))
    assert.match(hq.ready.frontDesk[0], /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/12D3KooW/)
    assert.deepEqual(alice.ready.frontDesk, [])
    assert.equal(hq.stdout.trimEnd().split('\n').length, 1)
  })

  test('[SR-CTL-1] home, keys and sockets are closed to others', () => {
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
    assert.equal(mode(hq.home), '700')
    for (const name of ['node.key', 'authority.key', 'control.sock', 'observe.sock', 'state.db']) {
      assert.equal(mode(`${hq.home}/${name}`), '600', name)
    }
  })

  test('[SR-USE-1] node.status has every field of the contract', async () => {
    const status = await json(['status'], { home: bob.home })
    assert.deepEqual(status.attention, [])
    assert.equal(status.state, 'ready')
    assert.equal(status.nodeId, bob.nodeId)
    assert.deepEqual([status.node, status.member, status.groups], ['bob', 'bob', []])
    assert.equal(status.network.name, 'hq')
    assert.equal(status.peers.connected, 2)
    assert.match(status.certificate.notAfter, TIME)
    assert.equal(status.trust.size, 7)
    assert.match(status.trust.root, /^sha256:/)
    assert.ok(status.trust.checkpointAgeMs >= 0 && status.uptimeMs > 0)
  })

  test('peer.list names the others with addresses and certificate', async () => {
    const { items, nextCursor } = await json(['peer', 'ls'], { home: bob.home })
    assert.equal(nextCursor, null)
    const members = items.map((item: { member: string }) => item.member)
    assert.deepEqual(members.toSorted(), ['alice', 'office'])
    for (const item of items) {
      assert.match(item.nodeId, NODE_ID)
      assert.equal(item.connected, true)
      assert.ok(item.addresses.length > 0)
      assert.match(item.certificate.serial, /^[0-9a-f]{32}$/)
    }
  })

  test('a note of one node is read and verified at another', async () => {
    const put = await json(['record', 'put', 'note', 'greeting', 'hello'], { home: alice.home })
    assert.deepEqual([put.kind, put.owner, put.name, put.version], ['note', 'alice', 'greeting', 1])
    assert.deepEqual(
      [...put.acknowledgedBy, ...put.pending].toSorted(),
      [hq.nodeId, alice.nodeId, bob.nodeId].toSorted()
    )
    const words = ['record', 'get', 'note', 'greeting', '--owner', 'alice']
    const got = await json(words, { home: bob.home })
    assert.equal(got.text, 'hello')
    assert.equal(Buffer.from(got.value, 'base64url').toString(), 'hello')
    assert.deepEqual([got.version, got.signer, got.digest], [1, alice.nodeId, put.digest])
    assert.ok(got.verifiedFrom.length >= 2)
    await refused('RECORD_NOT_FOUND', ['record', 'get', 'note', 'nothing'], { home: bob.home })
  })

  test('[SR-ADM-4] an invite that was used is refused, and the next one works', async () => {
    const invite = await sandbox.invite(hq, 'carol')
    const file = sandbox.file('carol.invite', invite.invite)
    const words = ['join', '--invite-file', '-', '--listen', LOOPBACK]
    const home = sandbox.path('carol')
    await json(words, { home, stdin: invite.invite })
    const again = ['join', '--invite-file', file]
    await refused('INVITE_USED', again, { home: sandbox.path('mallory') })
    await refused('HOME_ALREADY_JOINED', again, { home })
    const tampered = sandbox.file('bad.invite', invite.invite.replace(/.{8}$/, 'AAAAAAAA'))
    const refusedHome = { home: sandbox.path('mallory') }
    await refused('INVITE_TAMPERED', ['join', '--invite-file', tampered], refusedHome)
  })

  test('[SR-CTL-1] a token lets its holder do a part of what the socket grants, until it is revoked', async () => {
    const out = sandbox.path('app.token')
    const create = ['token', 'create', '--method', 'record.*', '--out', out]
    const { id } = await json(create, { home: bob.home })
    const holder = ['--token-file', out]
    await json(['record', 'ls', ...holder], { home: bob.home })
    await refused('TOKEN_FORBIDS', ['down', ...holder], { home: bob.home })
    await refused('INVALID_ARGUMENT', ['token', 'create', '--method', 'recrod.get'], {
      home: bob.home
    })
    await refused('TOKEN_INVALID', ['record', 'ls', ...holder], { home: alice.home })
    await json(['token', 'rm', id], { home: bob.home })
    await refused('TOKEN_INVALID', ['record', 'ls', ...holder], { home: bob.home })
  })

  test('a second daemon in one home is refused with HOME_IN_USE', async () => {
    await refused('HOME_IN_USE', ['up'], { home: bob.home })
    assert.equal((await json(['status'], { home: bob.home })).state, 'ready')
  })

  test('after kill -9 a node starts again, under its old id and address', async () => {
    await bob.kill()
    assert.ok(existsSync(`${bob.home}/control.sock`))
    const back = await sandbox.up('bob')
    assert.deepEqual(back.ready.listen, bob.ready.listen)
    await back.waitPeers(2)
    bob = back
  })

  test('[SR-RT-5] without the authority the others find each other again by what they stored', async () => {
    await Promise.all([hq, alice, bob].map((daemon) => daemon.stop()))
    alice = await sandbox.up('alice')
    bob = await sandbox.up('bob')
    await Promise.all([alice, bob].map((daemon) => daemon.waitPeers(1)))
    const put = await json(['record', 'put', 'note', 'alone', 'still here'], { home: bob.home })
    assert.ok(put.acknowledgedBy.includes(alice.nodeId))
    hq = await sandbox.up('hq')
    await hq.waitPeers(2)
  })

  test('[SR-ADM-6][SR-ADM-7] a revocation cuts live connections everywhere and for good', async () => {
    for (const daemon of [hq, bob]) daemon.forgetEvents()
    const cut = { nodeId: alice.nodeId, code: 'CERTIFICATE_REVOKED' }
    const both = Promise.all([hq, bob].map((daemon) => daemon.event('peer.closed', cut)))
    const words = ['cert', 'revoke', 'alice/alice', '--reason', 'stolen']
    const revoked = await json(words, { home: hq.home })
    assert.deepEqual(revoked.nodes, [alice.nodeId])
    await both
    const error = await refused('ADMISSION_REFUSED_BY_PEER', ['peer', 'connect', 'office/hq'], {
      home: alice.home
    })
    assert.equal(error.details.reason, 'CERTIFICATE_REVOKED')
    const { attention } = await json(['status'], { home: alice.home })
    assert.deepEqual(
      attention.map((item: { code: string }) => item.code),
      ['CERTIFICATE_REVOKED']
    )
    await refused('NODE_NAME_TAKEN', ['cert', 'revoke', 'bob/nobody'], { home: hq.home }).then(
      () => assert.fail('an unknown node was revoked'),
      () => refused('NODE_UNKNOWN', ['cert', 'revoke', 'bob/nobody'], { home: hq.home })
    )
    await refused('AUTHORITY_ABSENT', ['cert', 'revoke', 'office/hq'], { home: bob.home })
    await bob.stop()
    bob = await sandbox.up('bob')
    await bob.waitPeers(1)
    const { items } = await json(['peer', 'ls'], { home: bob.home })
    const ids = items.map((item: { nodeId: string }) => item.nodeId)
    assert.ok(!ids.includes(alice.nodeId))
  })

  test('down returns when the home is free: up follows at once', async () => {
    for (const _ of [1, 2, 3]) {
      await json(['down'], { home: bob.home })
      const next = await sandbox.up('bob')
      await bob.end()
      bob = next
    }
  })

  test('SIGTERM and down stop a node cleanly and take the sockets away', async () => {
    assert.deepEqual(await bob.stop('SIGINT'), { exit: 0, signal: null })
    assert.ok(!existsSync(`${bob.home}/control.sock`))
    await json(['down'], { home: hq.home })
    assert.deepEqual(await hq.end(), { exit: 0, signal: null })
    await refused('DAEMON_UNREACHABLE', ['status'], { home: hq.home })
  })
})

describe('peerage start', { timeout: 60_000 }, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())

  test('makes the network local in the default home and resumes the same node', async () => {
    const variables = { PEERAGE_HOME: sandbox.path('default') }
    const create = ['network', 'create', 'local', '--node', 'first', '--listen', LOOPBACK]
    await json([...create, '--front-desk', LOOPBACK], { variables })
    const first = await sandbox.up('default')
    await first.stop()
    const second = await sandbox.up('default')
    assert.deepEqual(second.ready, first.ready)
    const shown = await run(['network', 'show', '--json'], { variables })
    assert.equal(JSON.parse(shown.stdout).name, 'local')
  })
})
