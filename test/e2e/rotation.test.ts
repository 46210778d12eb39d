import assert from 'node:assert/strict'
import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Daemon, type Json, json, refused, Sandbox } from './support.ts'

describe('[SR-CFG-1] the authority key is replaced while everybody is connected', {
  timeout: 120_000
}, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let nodes: Daemon[]
  let secret: readonly string[]

  before(async () => {
    const [first, ...others] = await sandbox.network('alice', 'bob')
    hq = first
    nodes = [hq, ...others]
    secret = ['--passphrase-file', sandbox.file('next.pass', 'the next one\n')]
  })
  after(() => sandbox.end())

  const key = async (...words: string[]): Promise<Json> =>
    json(['authority', 'key', ...words, '--wait', '20s'], { home: hq.home })
  const standings = async ({ home }: Daemon) =>
    (await json(['authority', 'key', 'ls'], { home })).items.map((item: Json) => item.standing)
  const applied = ({ acks }: Json) => assert.deepEqual([acks.applied.length, acks.missing], [3, []])
  const issuer = async (daemon: Daemon) => (await daemon.call('cert.show')).issuer

  test('step by step, and no connection ends', async () => {
    const { home } = hq
    for (const daemon of nodes) daemon.forgetEvents()
    await refused('AUTHORITY_KEY_UNKNOWN', ['authority', 'key', 'activate'], { home })
    const dry = await key('prepare', '--dry-run')
    assert.deepEqual([dry.dryRun, await standings(hq)], [true, ['active']])
    const prepared = await key('prepare', ...secret)
    applied(prepared)
    const early = ['authority', 'key', 'taint', prepared.fingerprint.slice(0, 20)]
    await refused('AUTHORITY_KEY_STEP', early, { home })
    await refused('PASSPHRASE_REQUIRED', ['authority', 'key', 'activate'], { home })
    applied(await key('activate', ...secret))
    assert.deepEqual(await standings(nodes[1] ?? hq), ['retired', 'active'])

    // Certificates of the retired key are good; those of the tainted one are renewed at once.
    const renewed = nodes.map((daemon) => daemon.event('cert.renewed'))
    const tainted = await key('taint')
    applied(tainted)
    await Promise.all(renewed)
    for (const daemon of nodes) assert.equal(await issuer(daemon), prepared.fingerprint)
    for (const daemon of nodes) {
      assert.equal((await daemon.call('node.status')).peers.connected, 2)
      const { items } = await daemon.call('audit.search', { event: 'peer.cut' })
      assert.deepEqual(items, [])
    }
    const revocation = await key('revoke', '--dry-run')
    assert.deepEqual(revocation.stranded, [])
  })

  test('then the old one is revoked, still no connection ends, and the new one enrolls', async () => {
    // Every node has been shown the new certificates on its open connections.
    const { fingerprint } = await json(['authority', 'show'], { home: hq.home })
    for (const daemon of nodes) {
      for (const { nodeId } of nodes) {
        const seen = async () => (await daemon.call('cert.show', { node: nodeId })).issuer
        while ((await seen()) !== fingerprint);
      }
    }
    applied(await key('revoke'))
    for (const daemon of nodes) {
      const { items } = await daemon.call('audit.search', { event: 'peer.cut' })
      assert.deepEqual(items, [])
      assert.equal((await daemon.call('node.status')).peers.connected, 2)
    }
    assert.deepEqual(await standings(nodes[2] ?? hq), ['revoked', 'active'])
    await sandbox.join(hq, 'carl')
    const carl = await sandbox.up('carl')
    await carl.waitPeers(1)
    const { items } = await json(['audit', 'search', '--event', 'authority'], { home: hq.home })
    const events = items.map(({ event }: { event: string }) => event)
    for (const step of ['prepared', 'activated', 'tainted', 'revoked']) {
      assert.ok(events.includes(`authority.key-${step}`), step)
    }
    await carl.stop()
  })

  test('and after a crash before the files had their names, the log says which is in charge', async () => {
    await hq.stop()
    const at = (name: string) => join(hq.home, name)
    const old = readdirSync(hq.home).find((name) => /^authority-[0-9a-f]{16}[.]key$/.test(name))
    renameSync(at('authority.key'), at(`authority-${'e'.repeat(16)}.key`))
    renameSync(at(old ?? assert.fail()), at('authority.key'))
    hq = await sandbox.up('hq')
    assert.equal((await json(['authority', 'show'], { home: hq.home })).state, 'locked')
    await json(['authority', 'unlock', ...secret], { home: hq.home })
    await json(['cert', 'renew'], { home: hq.home })
  })
})
