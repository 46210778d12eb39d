import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Daemon, json, refused, run, Sandbox } from './support.ts'

describe('kinds of records between processes', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let alice: Daemon
  let bob: Daemon

  before(async () => {
    ;[hq, alice, bob] = await sandbox.network('alice', 'bob')
  })
  after(() => sandbox.end())

  const define = ['kind', 'define', 'offer', '--model', 'dictionary', '--writer', 'group:traders']
  const offer = (price: string) => ['record', 'put', 'offer', 'coffee', price]

  test('[SR-AC-1] the authority declares a kind, and only the authority', async () => {
    const { size } = await json(['trust', 'head'], { home: hq.home })
    const said = await json([...define, '--dry-run'], { home: hq.home })
    assert.deepEqual([said.dryRun, said.index, said.writers.names], [true, size, ['traders']])
    await refused('KIND_UNKNOWN', ['kind', 'show', 'offer'], { home: hq.home })
    await refused('AUTHORITY_ABSENT', define, { home: alice.home })
    await refused('RECORD_KIND_UNKNOWN', offer('9'), { home: alice.home })
    const defined = await json(define, { home: hq.home })
    assert.deepEqual(defined.acks.missing, [])
    await refused('KIND_MODEL_CHANGED', ['kind', 'define', 'offer', '--model', 'single'], {
      home: hq.home
    })
    const { items } = await json(['kind', 'ls'], { home: bob.home })
    assert.deepEqual(
      items.map((kind: { kind: string; origin: string }) => [kind.kind, kind.origin]),
      [
        ['note', 'built-in'],
        ['profile', 'built-in'],
        ['service', 'built-in'],
        ['sealing', 'built-in'],
        ['opinions', 'built-in'],
        ['offer', 'declared']
      ]
    )
  })

  test('[SR-AC-1] a member writes while it is in the group, and no longer', async () => {
    await refused('RECORD_WRITER_DENIED', offer('9'), { home: alice.home })
    const set = (member: string, ...words: string[]) =>
      json(['member', 'set', member, ...words], { home: hq.home })
    await set('alice', '--add-group', 'traders')
    await set('bob', '--add-group', 'traders')
    assert.ok((await json(offer('9'), { home: alice.home })).acknowledgedBy.length >= 2)
    await json(offer('8'), { home: bob.home })
    const { entries } = await json(['record', 'get', 'offer', 'coffee'], { home: hq.home })
    assert.deepEqual(
      entries.map((entry: { owner: string; text: string }) => [entry.owner, entry.text]),
      [
        ['alice', '9'],
        ['bob', '8']
      ]
    )
    await set('bob', '--rm-group', 'traders')
    await refused('RECORD_WRITER_DENIED', offer('7'), { home: bob.home })
    const left = await json(['record', 'get', 'offer', 'coffee'], { home: hq.home })
    assert.deepEqual(
      left.entries.map(({ owner }: { owner: string }) => owner),
      ['alice']
    )
  })

  test('readers are kept apart by the holders', async () => {
    const secret = ['kind', 'define', 'brief', '--writer', 'authority', '--reader', 'member:alice']
    await json([...secret, '--reader', 'member:office', '--lifetime', '1h'], { home: hq.home })
    const put = ['record', 'put', 'brief', 'today', 'to alice', '--owner', 'alice']
    await json(put, { home: hq.home })
    const get = ['record', 'get', 'brief', 'today', '--owner', 'alice']
    const read = await json(get, { home: alice.home })
    assert.deepEqual([read.text, read.signedBy], ['to alice', 'authority'])
    await refused('RECORD_READER_DENIED', get, { home: bob.home })
    await refused('AUTHORITY_ABSENT', put, { home: alice.home })
  })

  test('a retired kind is refused by name, until it is defined again', async () => {
    await json(['kind', 'retire', 'offer'], { home: hq.home })
    await refused('RECORD_KIND_RETIRED', offer('6'), { home: alice.home })
    await refused('RECORD_KIND_RETIRED', ['record', 'get', 'offer', 'coffee'], { home: bob.home })
    await refused('KIND_RETIRED', ['kind', 'retire', 'offer'], { home: hq.home })
    await refused('INVALID_ARGUMENT', ['kind', 'retire', 'note'], { home: hq.home })
    await json(['kind', 'define', 'offer'], { home: hq.home })
    const shown = await run(['record', 'get', 'offer', 'coffee'], { home: bob.home })
    assert.match(shown.stdout, /^OWNER .*\nalice +1 .* 9\nnext: /)
  })

  test('[SR-INT-5] [SR-STO-3] a record is replaced, remembered and deleted between processes', async () => {
    const note = ['note', 'plan']
    const owner = ['--owner', 'alice']
    const put = (value: string, version: string) => [
      ...['record', 'put', ...note, value],
      ...['--expect-version', version]
    ]
    await json(put('one', '0'), { home: alice.home })
    await refused('RECORD_STALE', put('two', '0'), { home: alice.home })
    await json(put('two', '1'), { home: alice.home })
    const read = await json(['record', 'history', ...note, ...owner], { home: bob.home })
    const texts = read.versions.map(({ text }: { text: string }) => text)
    assert.deepEqual(texts, ['two', 'one'])
    await refused('RECORD_WRITER_DENIED', ['record', 'rm', ...note, ...owner], { home: bob.home })
    await json(['record', 'rm', ...note], { home: alice.home })
    const gone = await refused('RECORD_DELETED', ['record', 'get', ...note, ...owner], {
      home: bob.home
    })
    assert.equal(gone.details.deletedBy, 'alice/alice')
    const left = await json(['record', 'history', ...note, ...owner], { home: bob.home })
    assert.deepEqual(
      left.versions.map(({ deleted, version }: { deleted: boolean; version: number }) => [
        deleted,
        version
      ]),
      [[true, 3]]
    )
  })
})
