import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type Daemon, json, refused, run, Sandbox } from './support.ts'

describe('[SR-CFG-1] a network whose authority is lost', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let alice: Daemon
  let bob: Daemon
  let code = ''

  const recover = (home: string, ...words: string[]) => [
    ...['authority', 'recovery', 'use', '--code-file', code, '--home', home],
    ...words
  ]
  const fingerprint = async ({ home }: Daemon) =>
    (await json(['network', 'show'], { home })).authority.fingerprint

  before(async () => {
    const created = await sandbox.create('hq', ['--member', 'office'])
    code = created.recoveryFile
    hq = await sandbox.up('hq')
    await sandbox.join(hq, 'alice')
    await sandbox.join(hq, 'bob')
    alice = await sandbox.up('alice')
    bob = await sandbox.up('bob')
    await Promise.all([alice.waitPeers(2), bob.waitPeers(2)])
  })
  after(() => sandbox.end())

  test('had its code written into a file that only its owner can read', () => {
    assert.equal(statSync(code).mode & 0o777, 0o600)
    const text = readFileSync(code, 'utf8')
    code = sandbox.file('paper', text)
    rmSync(sandbox.path('hq/recovery-code.txt'))
  })

  test('rehearses the recovery at any node: nothing changes, the drill is in the journal', async () => {
    const { size } = await json(['trust', 'head'], { home: bob.home })
    const words = ['authority', 'recovery', 'test']
    const tested = await json([...words, '--code-file', code], { home: bob.home })
    assert.equal(tested.network.name, 'hq')
    assert.equal((await json(['trust', 'head'], { home: bob.home })).size, size)
    const { items } = await json(['audit', 'search', '--event', 'recovery'], { home: bob.home })
    assert.equal(items[0].event, 'recovery.tested')

    const text = readFileSync(code, 'utf8')
    const last = text.trimEnd().at(-1)
    const typo = sandbox.file('typo', `${text.trimEnd().slice(0, -1)}${last === '2' ? '3' : '2'}`)
    const ran = await run([...words, '--code-file', typo], { home: bob.home })
    assert.match(ran.stderr, /RECOVERY_CODE_MALFORMED .*mistyped: group 8/)
    await refused('RECOVERY_CODE_MALFORMED', [...words, '--code-file', typo], { home: bob.home })
    const other = await sandbox.create('other')
    const wrong = [...words, '--code-file', other.recoveryFile]
    await refused('RECOVERY_CODE_WRONG', wrong, { home: bob.home })
    await refused('USAGE', words, { home: bob.home })
  })

  test('is refused where a daemon runs, and with the code of another network', async () => {
    await refused('HOME_IN_USE', recover(alice.home))
    await alice.stop()
    const wrong = [
      'authority',
      'recovery',
      'use',
      '--code-file',
      sandbox.path('other/recovery-code.txt')
    ]
    await refused('RECOVERY_CODE_WRONG', wrong, { home: alice.home })
    assert.ok(!existsSync(`${alice.home}/authority.key`))
    await refused('HOME_EMPTY', recover(sandbox.path('nobody')))
  })

  test('goes on from a node of a member: it invites, and the others follow', async () => {
    const before_ = await fingerprint(bob)
    await hq.kill()
    rmSync(hq.home, { recursive: true })
    const recovered = await json(recover(alice.home, '--reason', 'the house burned'))
    assert.notEqual(recovered.authority.fingerprint, before_)
    assert.equal(statSync(recovered.recoveryFile).mode & 0o777, 0o600)
    bob.forgetEvents()
    const news = bob.event('trust.advanced')
    alice = await sandbox.up('alice')
    await news
    assert.equal(await fingerprint(bob), recovered.authority.fingerprint)

    await sandbox.join(alice, 'carol')
    const carol = await sandbox.up('carol')
    await carol.waitPeers(2)
    const removed = await json(['member', 'rm', 'office', '--wait', '10s'], { home: alice.home })
    assert.deepEqual(removed.acks.missing, [])
    assert.equal(removed.acks.applied.length, 3)
    // A code works once; the next one is that of the new file.
    const tested = ['authority', 'recovery', 'test', '--code-file']
    await refused('RECOVERY_CODE_WRONG', [...tested, code], { home: bob.home })
    await json([...tested, recovered.recoveryFile], { home: bob.home })
  })
})

describe('a network without a recovery key', { timeout: 60_000 }, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())

  test('says so, and a file that exists is never written over', async () => {
    const code = sandbox.file('there', 'precious')
    const create = ['network', 'create', 'one', '--node', 'one', '--recovery-out', code]
    await refused('INVALID_ARGUMENT', create, { home: sandbox.path('one') })
    assert.equal(readFileSync(code, 'utf8'), 'precious')
    const created = await sandbox.create('none', ['--recovery-out', 'none'])
    assert.equal(created.recoveryFile, undefined)
    const { recoveryFile } = await sandbox.create('two', ['--recovery-out', sandbox.path('code')])
    assert.equal(recoveryFile, sandbox.path('code'))
    const words = ['authority', 'recovery', 'use', '--code-file', recoveryFile]
    await refused('RECOVERY_ABSENT', words, { home: sandbox.path('none') })
  })
})
