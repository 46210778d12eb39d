import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type Daemon, type Json, json, refused, run, Sandbox } from './support.ts'

describe('[SR-TRC-1] the audit journal', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let bob: Daemon
  let exported: string[]

  before(async () => {
    await sandbox.create('hq', ['--member', 'office'])
    hq = await sandbox.up('hq')
    await sandbox.join(hq, 'bob')
    bob = await sandbox.up('bob')
    await hq.waitPeers(1)
  })
  after(() => sandbox.end())

  const search = async (...words: string[]): Promise<Json[]> =>
    (await json(['audit', 'search', '--limit', '100', ...words], { home: hq.home })).items

  test('has who was enrolled, admitted, changed, refused and revoked, and who asked for it', async () => {
    await json(['member', 'set', 'bob', '--add-group', 'ops'], { home: hq.home })
    hq.forgetEvents()
    const cut = hq.event('peer.closed', { nodeId: bob.nodeId })
    await json(['cert', 'revoke', 'bob/bob', '--reason', 'stolen'], { home: hq.home })
    await cut
    hq.forgetEvents()
    const again = hq.event('peer.refused', { nodeId: bob.nodeId })
    await refused('ADMISSION_REFUSED_BY_PEER', ['peer', 'connect', 'office/hq'], { home: bob.home })
    await again
    const rows = (await search()).toReversed()
    const events = rows.map(({ event, nodeId }) => `${event}${nodeId === bob.nodeId ? ' bob' : ''}`)
    const inOrder = [
      'enrollment.granted bob',
      'peer.admitted bob',
      'authority.member-changed',
      // The cut waits for no disk: it is done, and written, before what it follows from.
      'peer.cut bob',
      'authority.revoked bob',
      'peer.refused bob'
    ]
    assert.deepEqual(events.filter((event) => inOrder.includes(event)).slice(0, 6), inOrder)
    const called = rows.filter(({ event }) => event === 'control.called')
    const methods = called.map(({ detail }) => detail.method)
    for (const method of ['invite.create', 'member.set', 'cert.revoke']) {
      assert.ok(methods.includes(method), method)
    }
    const revoked = called.find(({ detail }) => detail.method === 'cert.revoke')
    assert.deepEqual(revoked.detail, {
      method: 'cert.revoke',
      socket: 'control',
      reason: 'stolen'
    })
  })

  test('is searched by event, area, code, node and time', async () => {
    const areas = await search('--event', 'peer')
    assert.ok(areas.length >= 3 && areas.every(({ event }) => event.startsWith('peer.')))
    const cuts = await search('--event', 'peer.cut', '--code', 'CERTIFICATE_REVOKED')
    assert.deepEqual(
      cuts.map(({ nodeId }) => nodeId),
      [bob.nodeId]
    )
    assert.ok((await search('--node', bob.nodeId)).every(({ nodeId }) => nodeId === bob.nodeId))
    assert.deepEqual(await search('--until', '2020-01-01'), [])
    assert.ok((await search('--since', '1h')).length > 0)
    await refused('USAGE', ['audit', 'search', '--since', 'yesterday'], { home: hq.home })
    const page = await json(['audit', 'search', '--limit', '1'], { home: hq.home })
    const words = ['audit', 'search', '--limit', '1', '--cursor', page.nextCursor]
    const next = await json(words, { home: hq.home })
    assert.equal(next.items[0].sequence, page.items[0].sequence - 1)
  })

  test('is verified where it is, and against a head that was kept', async () => {
    const { journal } = await json(['status'], { home: hq.home })
    const verified = await json(['audit', 'verify'], { home: hq.home })
    assert.equal(verified.valid, true)
    assert.ok(verified.newest >= journal.sequence)
    const head = `${journal.sequence}:${journal.hash}`
    assert.equal((await json(['audit', 'verify', '--head', head], { home: hq.home })).valid, true)
    const other = `${journal.sequence}:${'0'.repeat(64)}`
    const ran = await run(['audit', 'verify', '--head', other, '--json'], { home: hq.home })
    assert.equal(ran.exit, 7)
    assert.deepEqual([JSON.parse(ran.stdout).valid, JSON.parse(ran.stdout).missing], [false, true])
  })

  test('is exported and verified by a process that has neither node nor home', async () => {
    const file = sandbox.path('journal.jsonl')
    const { rows } = await json(['audit', 'export', '--out', file], { home: hq.home })
    await refused('INVALID_ARGUMENT', ['audit', 'export', '--out', file], { home: hq.home })
    exported = readFileSync(file, 'utf8').trimEnd().split('\n')
    assert.equal(exported.length, rows)
    const verified = await json(['audit', 'verify', '--file', file])
    assert.deepEqual([verified.valid, verified.rows, verified.oldest], [true, rows, 1])
  })

  const TAMPERED: readonly (readonly [string, (lines: string[]) => string[], number])[] = [
    [
      'one altered letter',
      (lines) => edit(lines, 3, (row) => ({ ...row, event: 'peer.admittee' })),
      4
    ],
    ['one altered detail', (lines) => edit(lines, 2, (row) => ({ ...row, detail: '{}' })), 3],
    ['a missing line', (lines) => lines.toSpliced(4, 1), 5],
    ['a line twice', (lines) => lines.toSpliced(4, 0, lines[3] ?? ''), 5],
    ['two lines in another order', (lines) => swap(lines, 2, 3), 3]
  ]
  for (const [title, tamper, damagedAt] of TAMPERED) {
    test(`${title} is found, and where`, async () => {
      const file = sandbox.file('tampered.jsonl', tamper(exported).join('\n'))
      const ran = await run(['audit', 'verify', '--file', file, '--json'])
      assert.equal(ran.exit, 7)
      assert.deepEqual(
        [JSON.parse(ran.stdout).valid, JSON.parse(ran.stdout).damagedAt],
        [false, damagedAt]
      )
    })
  }

  test('lines missing at the end are found against a head that was kept', async () => {
    const last = JSON.parse(exported.at(-1) ?? '{}')
    const file = sandbox.file('short.jsonl', exported.slice(0, -1).join('\n'))
    assert.equal((await json(['audit', 'verify', '--file', file])).valid, true)
    const head = `${last.sequence}:${last.hash}`
    const ran = await run(['audit', 'verify', '--file', file, '--head', head, '--json'])
    assert.deepEqual([ran.exit, JSON.parse(ran.stdout).missing], [7, true])
  })

  test('a file that is no journal is refused by name', async () => {
    const file = sandbox.file('other.txt', 'hello\n')
    writeFileSync(sandbox.path('empty'), '')
    await refused('INVALID_ARGUMENT', ['audit', 'verify', '--file', file])
    await refused('INVALID_ARGUMENT', ['audit', 'verify', '--file', sandbox.path('none')])
    assert.equal((await json(['audit', 'verify', '--file', sandbox.path('empty')])).rows, 0)
  })
})

type Row = Readonly<Record<string, unknown>>

function edit(lines: string[], index: number, change: (row: Row) => Row): string[] {
  return lines.with(index, JSON.stringify(change(JSON.parse(lines[index] ?? '{}'))))
}

function swap(lines: string[], a: number, b: number): string[] {
  return lines.with(a, lines[b] ?? '').with(b, lines[a] ?? '')
}
