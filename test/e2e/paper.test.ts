import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type Daemon, json, refused, run, Sandbox } from './support.ts'

describe('[SR-CFG-1] an authority key that no daemon has', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  /** The machine without a network: it has a home, and nothing ever runs in it. */
  const vault = sandbox.path('vault')
  let alice: Daemon
  let bob: Daemon

  before(async () => {
    await sandbox.create('vault', ['--member', 'office'])
    const hq = await sandbox.up('vault')
    await sandbox.join(hq, 'alice')
    await sandbox.join(hq, 'bob')
    await sandbox.join(hq, 'carol')
    alice = await sandbox.up('alice')
    bob = await sandbox.up('bob')
    await Promise.all([alice.waitPeers(2), bob.waitPeers(2)])
    await hq.stop()
  })
  after(() => sandbox.end())

  const path = (name: string) => sandbox.path(name)
  const ask = async (name: string, ...words: string[]) =>
    await json([...words, '--offline', path(name)], { home: alice.home })
  const sign = (request: string, out: string) => [
    ...['authority', 'sign', path(request), '--out', path(out), '--home', vault]
  ]

  test('is asked by a file from any node, signs it, and the decision spreads from any other', async () => {
    const asked = await ask('suspend', 'member', 'suspend', 'carol', '--reason', 'audit')
    assert.equal(asked.nodes.length, 1)
    const show = ['authority', 'sign', path('suspend'), '--home', vault]
    const dry = await json([...show, '--dry-run'])
    assert.equal(dry.words, 'suspend member carol (audit)')
    await refused('USAGE', show)
    const { size } = await json(['trust', 'head'], { home: bob.home })
    const signed = await json(sign('suspend', 'suspend.signed'))
    assert.deepEqual([signed.index, signed.words], [size, 'suspend member carol (audit)'])
    alice.forgetEvents()
    const news = alice.event('trust.advanced')
    const imported = await json(['trust', 'import', path('suspend.signed')], { home: bob.home })
    assert.deepEqual([imported.added, imported.trust.size], [1, size + 1])
    await news
    const carol = await json(['member', 'show', 'carol'], { home: alice.home })
    assert.equal(carol.suspended.reason, 'audit')
    const again = await json(['trust', 'import', path('suspend.signed')], { home: bob.home })
    assert.equal(again.added, 0)
  })

  test('does not sign what was asked of an older log, and says what to do', async () => {
    await ask('first', 'member', 'set', 'alice', '--add-group', 'ops')
    await ask('second', 'cert', 'revoke', 'carol/carol')
    await json(sign('first', 'first.signed'))
    const error = await refused('REQUEST_OUTDATED', sign('second', 'second.signed'))
    assert.match(error.hint, /make the request anew/)
    // Nothing was left behind under the name of the output.
    await refused('REQUEST_OUTDATED', sign('second', 'second.signed'))
    await json(['trust', 'import', path('first.signed')], { home: alice.home })
    await ask('third', 'cert', 'revoke', 'carol/carol')
    await json(sign('third', 'third.signed'))
    await json(['trust', 'import', path('third.signed')], { home: alice.home })
    await bob.event('trust.advanced', { added: 1 })
  })

  test('[SR-CFG-2] a machine without a network catches up by file, with and without a daemon', async () => {
    const whole = ['trust', 'export', '--log', '--out']
    const exported = await json([...whole, path('whole')], { home: bob.home })
    const { size } = await json(['trust', 'head'], { home: bob.home })
    assert.equal(exported.entries, size)
    await json([...whole, path('same')], { home: vault })
    const carol = sandbox.path('carol')
    assert.ok((await json(['trust', 'import', path('whole')], { home: carol })).added > 0)
    assert.equal((await json(['trust', 'import', path('whole')], { home: carol })).added, 0)
    await refused('TRUST_ENTRY_NOT_FOUND', [...whole, path('late'), '--from', '99'], {
      home: carol
    })
  })

  test('refuses what the log forbids before it travels, and a key that is not there', async () => {
    const words = ['member', 'rm', 'nobody', '--offline', path('never')]
    await refused('MEMBER_UNKNOWN', words, { home: alice.home })
    await ask('fourth', 'member', 'resume', 'carol')
    await bob.stop()
    const elsewhere = ['authority', 'sign', path('fourth'), '--out', path('x'), '--home', bob.home]
    await refused('AUTHORITY_ABSENT', elsewhere)
    await refused('HOME_IN_USE', ['authority', 'sign', path('fourth'), '--dry-run'], {
      home: alice.home
    })
    await refused('HOME_EMPTY', ['authority', 'sign', path('fourth'), '--dry-run'], {
      home: path('nowhere')
    })
  })

  test('a file that is bad, of another kind or of another network changes nothing', async () => {
    const home = alice.home
    const signed = readFileSync(path('third.signed'), 'utf8')
    const cut = sandbox.file('cut', signed.slice(0, -20))
    await refused('FILE_DAMAGED', ['trust', 'import', cut], { home })
    await refused('FILE_OTHER', ['trust', 'import', path('fourth')], { home })
    await refused('FILE_OTHER', sign('third.signed', 'out'))
    await sandbox.create('other')
    await json(['trust', 'export', '--log', '--out', path('foreign')], { home: path('other') })
    await refused('WRONG_NETWORK', ['trust', 'import', path('foreign')], { home })
  })

  test('the node that had the key runs on without it', async () => {
    rmSync(`${vault}/authority.key`)
    const hq = await sandbox.up('vault')
    await hq.waitPeers(1)
    await refused('AUTHORITY_ABSENT', ['member', 'rm', 'bob'], { home: vault })
    const ran = await run(['network', 'show', '--home', vault])
    assert.equal(ran.exit, 0)
  })
})
