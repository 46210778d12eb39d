import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type Daemon, json, refused, Sandbox } from './support.ts'

describe('[SR-ID-4][SR-ADM-7] a revocation that a node has signed in advance', {
  timeout: 120_000
}, () => {
  const sandbox = new Sandbox()
  const path = (name: string) => sandbox.path(name)
  let hq: Daemon
  let alice: Daemon
  let bob: Daemon
  let carol: Daemon

  before(async () => {
    ;[hq, alice, bob, carol] = await sandbox.network('alice', 'bob', 'carol')
  })
  after(() => sandbox.end())

  const use = (name: string, daemon: Daemon) => [
    ...['trust', 'import', path(name), '--home', daemon.home]
  ]

  test('is one line of its own node, and every other file is refused by its name', async () => {
    const out = ['cert', 'break-glass', '--out', path('carol.paper')]
    const made = await json(out, { home: carol.home })
    assert.equal(made.nodeId, carol.nodeId)
    const text = readFileSync(path('carol.paper'), 'utf8')
    assert.ok(text.length < 400, text)
    sandbox.file('cut', text.slice(0, -10))
    await refused('FILE_DAMAGED', use('cut', alice))
    sandbox.file('newer', text.replace('glass/1', 'glass/2'))
    await refused('FILE_NEWER', use('newer', alice))
    sandbox.file('changed', text.replace(/.{5}"}/, 'AAAAA"}'))
    await refused('SIGNATURE_INVALID', use('changed', alice))
    await sandbox.create('other')
    const other = await sandbox.up('other')
    await json(['cert', 'break-glass', '--out', path('other.paper')], { home: other.home })
    await refused('WRONG_NETWORK', use('other.paper', alice))
    await other.stop()
    assert.equal((await carol.call('node.status')).peers.connected, 3)
  })

  test('cuts the node everywhere while the authority is away', async () => {
    await hq.stop()
    const closed = bob.event('peer.closed', { nodeId: carol.nodeId, code: 'CERTIFICATE_REVOKED' })
    const used = await json(use('carol.paper', alice))
    assert.deepEqual([used.taken, used.nodeId], [true, carol.nodeId])
    await closed
    await carol.event('peer.refused', { code: 'CERTIFICATE_REVOKED' })
    assert.equal((await json(use('carol.paper', alice))).taken, false)
    assert.equal((await carol.call('node.status')).peers.connected, 0)
    const { size } = await alice.call('trust.head')
    assert.equal((await bob.call('trust.head')).size, size)
  })

  test('holds after a restart, and becomes an entry when the authority is back', async () => {
    await bob.stop()
    bob = await sandbox.up('bob')
    await bob.waitPeers(1)
    assert.equal((await carol.call('node.status')).peers.connected, 0)
    alice.forgetEvents()
    const news = alice.event('trust.advanced')
    hq = await sandbox.up('hq')
    await news
    const { revoked } = await json(['cert', 'show', 'carol/carol'], { home: alice.home })
    assert.equal(revoked.reason, 'break-glass')
    assert.equal((await json(use('carol.paper', hq))).taken, false)
  })
})
