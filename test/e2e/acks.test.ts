import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { type Daemon, json, refused, Sandbox } from './support.ts'

describe('[SR-CFG-2] a revocation says who has applied it', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  const members = new Map<string, Daemon>()

  before(async () => {
    const names = ['alice', 'bob', 'carl', 'dora'] as const
    const [first, ...others] = await sandbox.network(...names)
    hq = first
    for (const [i, name] of names.entries()) members.set(name, others[i] ?? hq)
  })
  after(() => sandbox.end())

  const member = (name: string) => members.get(name) ?? assert.fail(name)

  test('all that are there, by their signed word', async () => {
    const words = ['cert', 'revoke', 'alice/alice', '--wait', '20s']
    const { acks, index } = await json(words, { home: hq.home })
    const who = acks.applied.map(({ member: name }: { member: string }) => name)
    assert.deepEqual(who.toSorted(), ['bob', 'carl', 'dora', 'office'])
    assert.deepEqual(acks.missing, [])
    assert.ok(acks.waitedMs < 20_000)
    const later = await json(['trust', 'acks', String(index)], { home: hq.home })
    assert.equal(later.applied.length, 4)
  })

  test('and those that are not, which apply it as soon as they are back', async () => {
    await member('bob').stop()
    const words = ['cert', 'revoke', 'carl/carl', '--wait', '0s']
    const { index } = await json(words, { home: hq.home })
    const acksOf = async () => await json(['trust', 'acks', String(index)], { home: hq.home })
    let acks = await acksOf()
    while (acks.missing.length > 1) acks = await acksOf()
    assert.deepEqual(
      acks.missing.map(({ member: name }: { member: string }) => name),
      ['bob']
    )
    assert.match(acks.missing[0].lastAck, /^\d{4}-/)
    members.set('bob', await sandbox.up('bob'))
    await member('bob').waitPeers(1)
    const isApplied = async () => (await acksOf()).missing.length === 0
    while (!(await isApplied()));
    // What was acknowledged survives a restart of whoever keeps it.
    await hq.stop()
    hq = await sandbox.up('hq')
    assert.ok(await isApplied())
  })

  test('a dry run and an entry that is not there have nobody', async () => {
    const dry = await json(['cert', 'revoke', 'dora/dora', '--dry-run'], { home: hq.home })
    assert.deepEqual([dry.dryRun, dry.acks, dry.nodes.length], [true, undefined, 1])
    assert.ok((await json(['peer', 'ls', '--connected'], { home: hq.home })).items.length > 0)
    await refused('TRUST_ENTRY_NOT_FOUND', ['trust', 'acks', '999'], { home: hq.home })
  })
})

describe('[SR-CFG-4] a revocation is proved to somebody who has no node', {
  timeout: 60_000
}, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())

  test('by a file, the id of the network and nothing else', async () => {
    await sandbox.create('hq', ['--member', 'office'])
    const hq = await sandbox.up('hq')
    await sandbox.join(hq, 'alice')
    await sandbox.join(hq, 'bob')
    const bob = await sandbox.up('bob')
    await bob.waitPeers(1)
    const words = ['cert', 'revoke', 'alice/alice', '--reason', 'stolen', '--wait', '10s']
    const { index } = await json(words, { home: hq.home })
    const file = sandbox.path('revoked.proof')
    // Any node can prove it, not only the authority's.
    await json(['trust', 'export', String(index), '--out', file], { home: bob.home })
    const { id, authority } = (await json(['network', 'show'], { home: hq.home })) as {
      id: string
      authority: { fingerprint: string }
    }
    await hq.stop()
    await bob.stop()
    const verify = ['trust', 'verify', file, '--network', id]
    const proved = await json([...verify, '--authority', authority.fingerprint])
    assert.deepEqual(
      [proved.entry.type, proved.entry.by, proved.entry.reason],
      ['revoked', 'node', 'stolen']
    )
    assert.deepEqual(proved.applied.map(({ member }: { member: string }) => member).toSorted(), [
      'bob',
      'office'
    ])
    await refused('WRONG_NETWORK', [...verify.slice(0, -1), `${id.slice(0, -4)}aaaa`])
    await refused('TRUST_SIGNER_NOT_ENTITLED', [...verify, '--authority', 'sha256:00'])
    const text = readFileSync(file, 'utf8')
    const tampered = sandbox.file('tampered', text.replace(/"entry":"(.{40})./, '"entry":"$1_'))
    await refused('SIGNATURE_INVALID', ['trust', 'verify', tampered, '--network', id])
    const none = sandbox.file('none', 'hello')
    await refused('INVALID_ARGUMENT', ['trust', 'verify', none, '--network', id])
  })
})
