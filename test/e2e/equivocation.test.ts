import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { copyHome } from '../../src/testnet/copy-home.ts'
import { json, refused, run, Sandbox } from './support.ts'

const code = 'TRUST_EQUIVOCATION'

describe('[SR-CFG-4] two authorities append at the same time from copies of one key', {
  timeout: 120_000
}, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())

  test('both halves find out when they meet, prove it, and go on as their operators decide', async () => {
    await sandbox.create('hq', ['--member', 'office'])
    const first = await sandbox.up('hq')
    for (const name of ['alice', 'bob']) await sandbox.join(first, name)
    const { network } = await first.call('trust.head')
    const { size } = await first.call('trust.head')
    await first.stop()
    copyHome(sandbox.path('hq'), sandbox.path('copy'))

    // The same machine, one after the other: alice hears of one history, bob of the other.
    const learn = async (authority: string, member: string) => {
      const [boss, node] = [await sandbox.up(authority), await sandbox.up(member)]
      await node.waitPeers(1)
      await json(['member', 'set', member, '--add-group', 'ops'], { home: boss.home })
      await node.event('trust.advanced', { size: size + 1 })
      await Promise.all([boss.stop(), node.stop()])
    }
    await learn('hq', 'alice')
    await learn('copy', 'bob')

    const [alice, bob] = [await sandbox.up('alice'), await sandbox.up('bob')]
    const connect = ['peer', 'connect', 'bob', '--address', bob.ready.listen[0]]
    await run(connect, { home: alice.home })
    await Promise.all([alice, bob].map((node) => node.event('alarm.raised', { code })))
    const { attention } = await json(['status'], { home: bob.home })
    assert.ok(attention.some((item: { code: string }) => item.code === code))

    const file = sandbox.path('fork.proof')
    await json(['trust', 'evidence', '--out', file], { home: bob.home })
    const proved = await json(['trust', 'verify', file, '--network', network])
    assert.deepEqual(proved.equivocation, { about: 'checkpoints', at: size + 1 })
    const other = network.replace(/^./, network[0] === 'a' ? 'b' : 'a')
    await refused('WRONG_NETWORK', ['trust', 'verify', file, '--network', other])

    // The authority itself hears of it, and decides nothing more before its operator does.
    const hq = await sandbox.up('hq')
    await hq.event('alarm.raised', { code })
    const set = ['member', 'set', 'alice', '--add-group', 'more']
    await refused(code, set, { home: hq.home })
    await refused('USAGE', ['trust', 'resolve'], { home: hq.home })
    for (const node of [hq, alice]) {
      await json(['trust', 'resolve', '--keep'], { home: node.home })
      await refused('NOT_FOUND', ['trust', 'resolve', '--keep'], { home: node.home })
    }
    await json(['trust', 'resolve', '--switch', '--reason', 'hq is right'], { home: bob.home })
    await bob.stop()
    const back = await sandbox.up('bob')
    await json(set, { home: hq.home })
    const head = await hq.call('trust.head')
    await Promise.all(
      [alice, back].map((node) => node.event('trust.advanced', { size: head.size }))
    )
    const roots = await Promise.all([alice, back].map((node) => node.call('trust.head')))
    for (const { root } of roots) assert.equal(root, head.root)
  })
})
