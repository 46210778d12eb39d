import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { copyHome } from '../../src/testnet/copy-home.ts'
import { type Daemon, json, refused, Sandbox } from './support.ts'

const MINUTE = 60_000
const DAY = 86_400_000

describe('[SR-ID-4] certificates of running nodes', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let bob: Daemon

  before(async () => {
    await sandbox.create('hq', ['--member', 'office'])
    hq = await sandbox.up('hq')
    await sandbox.join(hq, 'bob')
    for (const name of ['copy', 'late']) {
      copyHome(sandbox.path('bob'), sandbox.path(name))
    }
  })
  after(() => sandbox.end())

  const serialOf = async ({ home }: Daemon) => (await json(['cert', 'show'], { home })).serial

  /** Everybody's clock, so that the certificates of before are no longer the newest thing. */
  async function restart(clockMs: number): Promise<void> {
    await hq.stop()
    hq = await sandbox.up('hq', [], { clockMs })
  }

  test('are renewed through the authority, shown from then on, and kept over a restart', async () => {
    await restart(15 * MINUTE)
    bob = await sandbox.up('bob', [], { clockMs: 15 * MINUTE })
    await bob.waitPeers(1)
    const before_ = await serialOf(bob)
    bob.forgetEvents()
    const event = bob.event('cert.renewed')
    const renewed = await json(['cert', 'renew'], { home: bob.home })
    assert.notEqual(renewed.serial, before_)
    assert.equal((await event).data['serial'], renewed.serial)
    assert.equal(await serialOf(bob), renewed.serial)
    await bob.stop()
    bob = await sandbox.up('bob', [], { clockMs: 15 * MINUTE })
    await bob.waitPeers(1)
    assert.equal(await serialOf(bob), renewed.serial)
    assert.equal((await bob.call('node.status')).peers.connected, 1)
  })

  test('of a copied home: the second holder gets nothing and the authority raises an alarm', async () => {
    await bob.stop()
    await restart(30 * MINUTE)
    const copy = await sandbox.up('copy', [], { clockMs: 30 * MINUTE })
    await copy.waitPeers(1)
    const alarm = hq.event('cert.two-lineages', { nodeId: copy.nodeId })
    await refused('CERTIFICATE_SUPERSEDED', ['cert', 'renew'], { home: copy.home })
    await alarm
    const words = ['audit', 'search', '--event', 'cert.two-lineages']
    const { items } = await json(words, { home: hq.home })
    assert.equal(items[0].nodeId, copy.nodeId)
    await copy.stop()
  })

  test('the authority renews its own, and others are refused where it is not there', async () => {
    const renewed = await json(['cert', 'renew'], { home: hq.home })
    assert.equal(await serialOf(hq), renewed.serial)
    await hq.stop()
    const alone = await sandbox.up('bob', [], { clockMs: 30 * MINUTE })
    await refused('RENEWAL_UNAVAILABLE', ['cert', 'renew'], { home: alone.home })
    await alone.stop()
  })

  test('after months off an authority comes back by itself, a member is told what it needs', async () => {
    const init = { home: sandbox.path('late'), clockMs: 60 * DAY }
    const error = await refused('CERTIFICATE_EXPIRED', ['up'], init)
    assert.match(error.hint, /invite|renew|authority/)
    sandbox.file(
      'hq/peerage.toml',
      'listen = ["/ip4/127.0.0.1/tcp/0"]\nfront_desk = ["/ip4/127.0.0.1/tcp/0"]\ngrace_days = 90\n'
    )
    hq = await sandbox.up('hq', [], { clockMs: 60 * DAY })
    const { certificate } = await hq.call('node.status')
    assert.ok(Date.parse(certificate.notAfter) > Date.now() + 80 * DAY)
  })

  test('a member that was off for months comes back within the grace of the authority', async () => {
    // Bob has renewed since that copy was made: it gets nothing here either.
    const copied = { home: sandbox.path('late'), clockMs: 60 * DAY }
    await refused('CERTIFICATE_SUPERSEDED', ['up'], copied)
    const late = await sandbox.up('bob', [], { clockMs: 60 * DAY })
    await late.waitPeers(1)
    const { certificate } = await late.call('node.status')
    assert.ok(Date.parse(certificate.notAfter) > Date.now() + 80 * DAY)
    const { items } = await json(['audit', 'search', '--event', 'renewal.granted'], {
      home: hq.home
    })
    assert.equal(items[0].nodeId, late.nodeId)
    await late.stop()
  })

  test('a member that was off for longer is refused, with the same code', async () => {
    await hq.stop()
    hq = await sandbox.up('hq', [], { clockMs: 400 * DAY })
    const error = await refused('CERTIFICATE_EXPIRED', ['up'], {
      home: sandbox.path('bob'),
      clockMs: 400 * DAY
    })
    assert.match(error.hint, /invite/)
  })
})
