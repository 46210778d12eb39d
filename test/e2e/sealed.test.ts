import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { connectControl } from '../../src/control/client.ts'
import { PeerageError } from '../../src/errors.ts'
import { type Daemon, json, refused, run, Sandbox, until } from './support.ts'

const SECRET = 'the vault opens at nine'

describe('sealed records between processes', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let alice: Daemon
  let bob: Daemon
  let carol: Daemon

  before(async () => {
    ;[hq, alice, bob, carol] = await sandbox.network('alice', 'bob', 'carol')
    await json(['member', 'set', 'bob', '--add-group', 'staff'], { home: hq.home })
  })
  after(() => sandbox.end())

  const get = ['record', 'get', 'note', 'vault-plan', '--owner', 'alice']
  const put = ['record', 'put', 'note', 'vault-plan']

  test('[SR-CONF-2] readers get the value by its name; holders see neither name nor value', async () => {
    const written = await json([...put, SECRET, '--seal-to', 'group:staff'], { home: alice.home })
    assert.deepEqual([written.name, written.readers], ['vault-plan', ['group:staff']])
    const receipts = ['record', 'receipts', 'note', 'vault-plan']
    await until(receipts, alice, (kept) => kept.receipts.length === 3)
    const read = await json(get, { home: bob.home })
    assert.deepEqual([read.text, read.readers, read.version], [SECRET, ['group:staff'], 1])
    assert.equal(
      (await json(['record', 'get', 'note', 'vault-plan'], { home: alice.home })).text,
      SECRET
    )
    const told = await refused('RECORD_SEALED', get, { home: carol.home })
    assert.equal(told.details.readers, 'group:staff')
    const { items } = await json(['record', 'ls', '--kind', 'note'], { home: carol.home })
    assert.match(items[0].name, /^[0-9a-f]{32}$/)
    assert.equal(items[0].sealed, true)
    for (const daemon of [hq, bob, carol]) {
      const disk = ['state.db', 'state.db-wal'].map((file) =>
        readFileSync(`${daemon.home}/${file}`).toString('latin1')
      )
      assert.doesNotMatch(disk.join(''), /the vault opens|vault-plan/)
    }
  })

  test('whoever watches a node is no reader of it', async () => {
    const client = await connectControl(`${bob.home}/observe.sock`)
    const wanted = { kind: 'note', name: 'vault-plan', owner: 'alice' }
    await assert.rejects(
      client.call('record.get', wanted),
      (error: unknown) => error instanceof PeerageError && error.code === 'METHOD_FORBIDDEN'
    )
    client.close()
  })

  test('[SR-CONF-2] the author seals again for a new reader, and no more for a lost one', async () => {
    const set = (...words: string[]) => json(['member', 'set', ...words], { home: hq.home })
    let sealed = alice.event('record.updated', { kind: 'note', version: 2 })
    await set('carol', '--add-group', 'staff')
    await sealed
    assert.equal((await json(get, { home: carol.home })).text, SECRET)
    sealed = alice.event('record.updated', { kind: 'note', version: 3 })
    await set('bob', '--rm-group', 'staff')
    await sealed
    await refused('RECORD_SEALED', get, { home: bob.home })
    assert.equal((await json(get, { home: carol.home })).version, 3)
  })

  test('a watch tells of new versions, and on resumption of those that were missed', async () => {
    const watch = ['record', 'watch', 'note', 'board', '--owner', 'alice']
    const board = (value: string) =>
      json(['record', 'put', 'note', 'board', value, '--seal-to', 'member:carol'], {
        home: alice.home
      })
    const { cursor } = await json([...watch, '--count', '0'], { home: carol.home })
    assert.equal(cursor, '0.')
    await board('one')
    await board('two')
    const told = await run([...watch, '--count', '1', '--since', cursor], { home: carol.home })
    assert.match(told.stdout, /^version 2 {2}sha256:[0-9a-f]{64} {2}\(1 version missed\)\n1 change/)
    const now = await json([...watch, '--count', '0'], { home: carol.home })
    const next = run([...watch, '--count', '1', '--since', now.cursor], { home: carol.home })
    await refused('INVALID_ARGUMENT', [...watch, '--since', 'x'], { home: carol.home })
    await board('three')
    const seen = await next
    assert.equal(seen.exit, 0, seen.stderr)
  })

  test('records travel by file as they were signed, each judged where it arrives', async () => {
    const file = sandbox.path('records.json')
    const exported = await json(['record', 'export', file, '--owner', 'alice'], { home: bob.home })
    assert.ok(exported.records >= 3)
    await refused('INVALID_ARGUMENT', ['record', 'export', file], { home: bob.home })
    const taken = await json(['record', 'import', file], { home: carol.home })
    assert.deepEqual([taken.taken, taken.refused], [exported.records, []])
    const content = JSON.parse(readFileSync(file, 'utf8'))
    const [first = ''] = content.records
    const forged = Buffer.from(first, 'base64url')
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    const records = [forged.toString('base64url'), 'AAAA', ...content.records.slice(1)]
    const mixed = sandbox.file('mixed.json', JSON.stringify({ ...content, records }))
    const partly = await run(['record', 'import', mixed, '--json'], { home: carol.home })
    assert.equal(partly.exit, 9)
    assert.deepEqual(JSON.parse(partly.stdout).refused, [
      { position: 0, code: 'RECORD_SIGNATURE_INVALID' },
      { position: 1, code: 'RECORD_MALFORMED' }
    ])
    const bad = (name: string, text: string) => ['record', 'import', sandbox.file(name, text)]
    const home = carol.home
    await refused('FILE_DAMAGED', bad('cut.json', JSON.stringify(content).slice(0, -9)), { home })
    const other = JSON.stringify({ ...content, format: 'peerage-log/1' })
    await refused('FILE_OTHER', bad('other.json', other), { home })
    const newer = JSON.stringify({ ...content, format: 'peerage-records/2' })
    await refused('FILE_NEWER', bad('newer.json', newer), { home })
    const network = 'a'.repeat(52)
    await refused('WRONG_NETWORK', bad('net.json', JSON.stringify({ ...content, network })), {
      home
    })
  })

  test('what is wrong with readers is said', async () => {
    const home = alice.home
    const sealTo = (who: string, name = 'other') =>
      refuse(['record', 'put', 'note', name, 'x', '--seal-to', who])
    const refuse = (words: string[]) => ({
      as: (code: Parameters<typeof refused>[0]) => refused(code, words, { home })
    })
    await sealTo('bob').as('RECORD_READERS_INVALID')
    await sealTo('member:zoe').as('RECORD_READERS_INVALID')
    await sealTo('member:bob', 'vault-plan').as('RECORD_READERS_DIFFER')
    await refuse([...put, 'open']).as('RECORD_READERS_DIFFER')
    const gone = await run(['record', 'rm', 'note', 'vault-plan'], { home })
    assert.equal(gone.exit, 0, gone.stderr)
    await refused('RECORD_DELETED', get, { home: carol.home })
    assert.equal((await json([...put, 'open'], { home })).readers, undefined)
  })
})
