import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Daemon, json, Sandbox } from './support.ts'

describe('[SR-CFG-1] a node that was off while the authority key changed', {
  timeout: 120_000
}, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let alice: Daemon
  let code = ''

  before(async () => {
    const created = await sandbox.create('hq', ['--member', 'office'])
    code = created.recoveryFile
    hq = await sandbox.up('hq')
    await sandbox.join(hq, 'alice')
    await sandbox.join(hq, 'bob')
    alice = await sandbox.up('alice')
    const bob = await sandbox.up('bob')
    await Promise.all([alice.waitPeers(2), bob.waitPeers(2)])
    await bob.stop()
  })
  after(() => sandbox.end())

  /** Everybody who was there shows a certificate of a key that the log of bob does not know. */
  async function comesBack(): Promise<void> {
    const bob = await sandbox.up('bob')
    await bob.waitPeers(2)
    await bob.event('cert.renewed')
    const { issuer } = await alice.call('cert.show')
    assert.equal((await bob.call('cert.show')).issuer, issuer)
    const { items } = await bob.call('audit.search', { event: 'peer.cut' })
    assert.deepEqual(items, [])
    await bob.stop()
  }

  test('follows a rotation when all peers have renewed', async () => {
    const secret = ['--passphrase-file', sandbox.file('next.pass', 'the next one\n')]
    const { home } = hq
    await json(['authority', 'key', 'prepare', ...secret], { home })
    await json(['authority', 'key', 'activate', ...secret], { home })
    const renewed = [hq, alice].map((daemon) => daemon.event('cert.renewed'))
    await json(['authority', 'key', 'taint'], { home })
    await Promise.all(renewed)
    await comesBack()
  })

  test('follows a recovery when all peers have renewed', async () => {
    await hq.stop()
    await json(['authority', 'recovery', 'use', '--code-file', code], { home: hq.home })
    alice.forgetEvents()
    const renewed = alice.event('cert.renewed')
    hq = await sandbox.up('hq')
    await renewed
    await comesBack()
  })
})
