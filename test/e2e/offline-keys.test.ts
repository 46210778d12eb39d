import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Daemon, type Json, json, refused, Sandbox } from './support.ts'

describe('[SR-CFG-1] an authority key that is offline decides everything', {
  timeout: 120_000
}, () => {
  const sandbox = new Sandbox()
  const vault = sandbox.path('vault')
  let alice: Daemon
  let secret: string

  before(async () => {
    await sandbox.create('vault', ['--member', 'office'])
    const hq = await sandbox.up('vault')
    await sandbox.join(hq, 'alice')
    alice = await sandbox.up('alice')
    await alice.waitPeers(1)
    await hq.stop()
    secret = sandbox.file('next.pass', 'the next one\n')
  })
  after(() => sandbox.end())

  const path = (name: string) => sandbox.path(name)
  const sign = (name: string, ...words: string[]) => [
    ...['authority', 'sign', path(name), '--out', path(`${name}.signed`), ...words],
    ...['--home', vault]
  ]
  const bring = async (name: string, ...words: string[]): Promise<void> => {
    await json(sign(name, ...words))
    await json(['trust', 'import', path(`${name}.signed`)], { home: alice.home })
  }
  const ask = async (name: string, ...words: string[]): Promise<Json> =>
    json([...words, '--offline', path(name)], { home: alice.home })
  const standings = async () =>
    (await json(['authority', 'key', 'ls'], { home: alice.home })).items.map(
      ({ standing }: Json) => standing
    )

  test('kinds of records are declared and retired', async () => {
    await ask('define', 'kind', 'define', 'offer', '--writer', 'owner')
    await bring('define')
    assert.equal((await json(['kind', 'show', 'offer'], { home: alice.home })).model, 'single')
    await ask('retire', 'kind', 'retire', 'offer')
    await bring('retire')
    await refused('KIND_RETIRED', ['kind', 'retire', 'offer', '--offline', path('no')], {
      home: alice.home
    })
  })

  test('and the key itself is replaced, where both keys are', async () => {
    const prepare = ['authority', 'key', 'prepare', '--offline']
    await refused('AUTHORITY_ABSENT', [...prepare, path('no')], { home: alice.home })
    const words = [...prepare, path('prepare'), '--passphrase-file', secret]
    const { fingerprint } = await json(words, { home: vault })
    // The output was there: no second key is made.
    await refused('INVALID_ARGUMENT', words, { home: vault })
    await bring('prepare')
    assert.deepEqual(await standings(), ['active', 'prepared'])
    await ask('activate', 'authority', 'key', 'activate')
    const show = await json(['authority', 'sign', path('activate'), '--dry-run', '--home', vault])
    assert.match(show.words, new RegExp(`${fingerprint} activated`))
    await refused('PASSPHRASE_REQUIRED', sign('activate'))
    await bring('activate', '--next-passphrase-file', secret)
    assert.deepEqual(await standings(), ['retired', 'active'])
    await ask('taint', 'authority', 'key', 'taint')
    await refused('PASSPHRASE_REQUIRED', sign('taint'))
    await bring('taint', '--passphrase-file', secret)
    await ask('revoke', 'authority', 'key', 'revoke')
    await ask('no-quorum', 'authority', 'quorum', 'set', '--member', 'alice', '--threshold', '1')
    assert.deepEqual(await standings(), ['tainted', 'active'])
  })

  test('and so is whose consent it needs from then on', async () => {
    await bring('no-quorum', '--passphrase-file', secret)
    const quorum = await json(['authority', 'quorum', 'show'], { home: alice.home })
    assert.deepEqual(quorum.members, ['alice'])
    await refused('REQUEST_OUTDATED', sign('revoke', '--passphrase-file', secret))
  })
})
