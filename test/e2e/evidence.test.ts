import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { Lifecycle } from '../../src/daemon/lifecycle.ts'
import { openNode } from '../../src/daemon/open-node.ts'
import { utf8 } from '../../src/encoding/bytes.ts'
import { silentLogger } from '../../src/log.ts'
import { createReportFile, openReport } from '../../src/protocols/evidence/index.ts'
import { encodeEvidence } from '../../src/records/evidence.ts'
import { sealRecord } from '../../src/records/record.ts'
import { copyHome } from '../../src/testnet/copy-home.ts'
import { systemClock } from '../../src/time/clock.ts'
import { systemScheduler } from '../../src/time/scheduler.ts'
import { type Daemon, json, refused, Sandbox } from './support.ts'

describe('[SR-REP-2] a proof of misbehavior between daemons', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())
  let hq: Daemon
  let alice: Daemon
  let network = ''

  before(async () => {
    await sandbox.create('hq', ['--member', 'office'])
    hq = await sandbox.up('hq')
    for (const name of ['alice', 'mallory']) await sandbox.join(hq, name)
    network = (await hq.call('trust.head')).network
    alice = await sandbox.up('alice')
    await alice.waitPeers(1)
  })

  /** What a node says that signs two contents under one version, as a file for anybody. */
  async function forkOf(name: string): Promise<string> {
    const lifecycle = new Lifecycle(silentLogger)
    const { key, log } = await openNode(
      {
        ...{ directory: sandbox.path(name), passphrase: undefined, authorityPassphrase: undefined },
        ...{ clock: systemClock, scheduler: systemScheduler }
      },
      lifecycle
    )
    const seal = (value: string) =>
      sealRecord(
        {
          ...{ network: log.network, kind: 'note', owner: name, name: 'x', version: 1 },
          ...{ storedAt: systemClock.now(), lifetimeMs: 60_000, form: 'plain' },
          value: utf8(value)
        },
        key
      )
    const report = openReport(
      encodeEvidence('RECORD_EQUIVOCATION', [seal('a'), seal('b')]),
      log.network
    )
    assert.ok(report.ok)
    const file = createReportFile(log, report.value)
    await lifecycle.stopAll()
    return sandbox.file(`${name}.report`, JSON.stringify(file))
  }

  test('a node restored from an old backup asks before it writes, and is not accused', async () => {
    const put = ['record', 'put', 'note', 'greeting']
    const first = await sandbox.up('mallory')
    await first.waitPeers(2)
    await json([...put, 'one'], { home: first.home })
    await first.stop()
    copyHome(first.home, sandbox.path('backup'))
    const second = await sandbox.up('mallory')
    await second.waitPeers(2)
    await json([...put, 'two'], { home: second.home })
    await second.stop()
    rmSync(second.home, { recursive: true })
    copyHome(sandbox.path('backup'), second.home)
    const restored = await sandbox.up('mallory')
    await restored.waitPeers(2)
    const { version } = await json([...put, 'three'], { home: restored.home })
    assert.equal(version, 3)
    await restored.stop()
    assert.deepEqual((await json(['reputation', 'report', 'ls'], { home: hq.home })).items, [])
  })

  test('bans at every member at once, outlives restarts, and verifies without a node', async () => {
    const file = await forkOf('mallory')
    const report = ['reputation', 'report']
    const mallory = await sandbox.up('mallory')
    await mallory.waitPeers(2)

    const verified = await json([...report, 'verify', file, '--network', network])
    assert.deepEqual([verified.member, verified.code], ['mallory', 'RECORD_EQUIVOCATION'])
    const { isNew, id } = await json([...report, 'submit', file], { home: alice.home })
    assert.ok(isNew)
    for (const node of [hq, alice]) {
      await node.event('reputation.changed', { member: 'mallory', standing: 'banned' })
    }
    for (const { nodeId } of [hq, alice]) await mallory.event('peer.closed', { nodeId })
    const again = await json([...report, 'submit', file], { home: alice.home })
    assert.equal(again.isNew, false)

    await alice.stop()
    alice = await sandbox.up('alice')
    const { standing, bannedBy } = await alice.call('reputation.show', { peer: 'mallory' })
    assert.deepEqual([standing, bannedBy], ['banned', 'proof'])
    const address = alice.ready.listen[0]
    await refused('ADMISSION_REFUSED_BY_PEER', ['peer', 'connect', 'alice', '--address', address], {
      home: mallory.home
    })

    const { attention } = await json(['status'], { home: mallory.home })
    assert.ok(attention.some(({ code }: { code: string }) => code === 'BANNED_BY_PEERS'))

    const out = sandbox.path('exported.report')
    await json([...report, 'export', id.slice(0, 12), '--out', out], { home: hq.home })
    const exported = await json([...report, 'verify', out, '--network', network])
    assert.equal(exported.id, id)
    const shown = await json([...report, 'show', id.slice(0, 8)], { home: hq.home })
    assert.deepEqual([shown.from, shown.statements.length], [alice.nodeId, 2])

    await json(['peer', 'unban', 'mallory', '--reason', 'restored'], { home: alice.home })
    const pardoned = await json([...report, 'submit', file], { home: alice.home })
    assert.equal(pardoned.isNew, false)
    const now = await alice.call('reputation.show', { peer: 'mallory' })
    assert.equal(now.standing, 'neutral', 'a pardoned proof does not ban again')
  })

  test('refuses what is no proof, with the code that says why', async () => {
    const init = { home: hq.home }
    const report = ['reputation', 'report']
    const file = sandbox.path('mallory.report')
    const other = network.replace(/^./, network[0] === 'a' ? 'b' : 'a')
    await refused('WRONG_NETWORK', [...report, 'verify', file, '--network', other])
    await refused('INVALID_ARGUMENT', [...report, 'verify', file])
    await refused('INVALID_ARGUMENT', [...report, 'submit', sandbox.file('x', 'no')], init)
    await refused('MESSAGE_MALFORMED', [...report, 'submit', sandbox.file('y', '{}')], init)
    await refused('NOT_FOUND', [...report, 'show', '00000000'], init)
    await refused('USAGE', [...report, 'show'], init)
    await refused('USAGE', [...report, 'accuse'], init)
    await refused('USAGE', [...report, 'export', '00000000'], init)
  })
})
