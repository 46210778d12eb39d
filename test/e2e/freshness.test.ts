import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { json, refused, run, Sandbox } from './support.ts'

const DAY = 86_400_000

describe('[SR-CFG-2] a network without its authority', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())

  test('admits nobody after the time that is set, says so, and recovers by itself', async () => {
    await sandbox.create('hq', ['--member', 'office'])
    const first = await sandbox.up('hq')
    for (const name of ['alice', 'bob']) {
      await sandbox.join(first, name)
      appendFileSync(join(sandbox.path(name), 'peerage.toml'), '\nadmission_view_age = "2d"\n')
    }
    const young = await sandbox.up('alice')
    // It joined before bob did.
    const { size } = await first.call('trust.head')
    await young.event('trust.advanced', { size })
    const { trust: fresh } = await json(['status'], { home: young.home })
    assert.deepEqual(fresh.freshness, {
      state: 'fresh',
      admissionMaxAgeMs: 2 * DAY,
      sessionMaxAgeMs: 28 * DAY
    })
    await young.stop()
    await first.stop()

    // Three days later, and the authority is still away.
    const clockMs = 3 * DAY
    const alice = await sandbox.up('alice', [], { clockMs })
    const bob = await sandbox.up('bob', [], { clockMs })
    const connect = ['peer', 'connect', 'bob', '--address', bob.ready.listen[0]]
    const error = await refused('ADMISSION_REFUSED_BY_PEER', connect, { home: alice.home })
    assert.equal(error.details?.reason ?? error.reason, 'TRUST_STALE')
    await bob.event('peer.refused', { code: 'TRUST_STALE' })
    const { attention, trust } = await json(['status'], { home: bob.home })
    const codes = attention.map(({ code }: { code: string }) => code)
    assert.deepEqual(codes, ['NO_PEER_CONNECTED', 'TRUST_STALE'])
    assert.equal(trust.freshness.state, 'no-admissions')
    const { items } = await json(['trust', 'alarms'], { home: bob.home })
    assert.deepEqual([items.length, items[0].subject], [1, 'admissions'])
    const head = await run(['trust', 'head'], { home: bob.home })
    assert.match(head.stdout, /nobody is admitted \(limit 2 d\)/)

    const hq = await sandbox.up('hq', [], { clockMs })
    await alice.event('alarm.cleared', { code: 'TRUST_STALE' })
    await bob.event('alarm.cleared', { code: 'TRUST_STALE' })
    await hq.waitPeers(2)
    await json(connect, { home: alice.home })
    const { state } = (await json(['trust', 'head'], { home: alice.home })).freshness
    assert.equal(state, 'fresh')
    const synced = await json(['trust', 'sync'], { home: alice.home })
    assert.ok(synced.peers.length > 0)
    assert.deepEqual([synced.added, synced.peers[0].code], [0, undefined])
  })

  test('limits that contradict each other are refused before anything starts', async () => {
    await sandbox.create('bad')
    appendFileSync(join(sandbox.path('bad'), 'peerage.toml'), '\nadmission_view_age = "60d"\n')
    await refused('CONFIG_INVALID', ['up'], { home: sandbox.path('bad') })
  })
})
