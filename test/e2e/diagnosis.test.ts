import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { type Daemon, type Json, json, PROGRAM, refused, run, Sandbox } from './support.ts'

const PASSPHRASE = 'correct horse battery staple'

describe('finding out what is wrong with a node', { timeout: 60_000 }, () => {
  const sandbox = new Sandbox()
  const home = sandbox.path('hub')
  const passphrase = sandbox.file('passphrase', PASSPHRASE)
  let hub: Daemon
  const finding = ({ findings }: Json, check: string) =>
    findings.find((each: Json) => each.check === check)
  before(async () => {
    await sandbox.create('hub', ['--passphrase-file', passphrase])
    hub = await sandbox.up('hub', ['--passphrase-file', passphrase, '--log-level', 'debug'])
  })
  after(() => sandbox.end())

  test('[SR-USE-1] doctor looks at each of what can be wrong, and finds nothing', async () => {
    const report = await json(['doctor'], { home })
    assert.equal(report.healthy, true, JSON.stringify(report))
    const checks = 'home disk clock configuration versions daemon ports reachability certificate'
    for (const check of [...checks.split(' '), 'freshness', 'file limit']) {
      assert.ok(finding(report, check) !== undefined, check)
    }
    const { stdout } = await run(['doctor'], { home })
    assert.ok(stdout.trimEnd().split('\n').length <= 12, stdout)
  })

  test('[SR-USE-1] whatever doctor does not find right comes with its remedy, never without', async () => {
    const other = sandbox.path('other')
    const port = Number(/tcp\/(\d+)/.exec(hub.ready.listen[0])?.[1])
    await sandbox.create('other')
    chmodSync(join(other, 'node.key'), 0o644)
    writeFileSync(join(other, 'peerage.toml'), `listen = ["/ip4/127.0.0.1/tcp/${port}"]\n`)
    const ran = await run(['doctor', '--json'], { home: other })
    assert.equal(ran.exit, 1)
    const report = JSON.parse(ran.stdout)
    assert.equal(report.healthy, false)
    for (const check of ['home', 'ports'])
      assert.equal(finding(report, check).outcome, 'bad', check)
    assert.equal(finding(report, 'daemon').outcome, 'warning')
    for (const each of report.findings) {
      assert.ok(each.outcome === 'ok' || each.remedy.length > 0, each.check)
    }
    writeFileSync(join(other, 'peerage.toml'), 'listne = []\n')
    const wrong = JSON.parse((await run(['doctor', '--json'], { home: other })).stdout)
    assert.equal(finding(wrong, 'configuration').outcome, 'bad')
    const absent = await run(['doctor', '--json'], { home: sandbox.path('absent') })
    assert.equal(finding(JSON.parse(absent.stdout), 'home').outcome, 'bad')
    const later = { home: other, clockMs: -86_400_000 }
    const past = JSON.parse((await run(['doctor', '--json'], later)).stdout)
    assert.equal(finding(past, 'clock').outcome, 'bad')
  })

  test('logs prints the last lines, also of a daemon that does not run, and follows new ones', async () => {
    for (let i = 0; i < 3; i++) await hub.call('node.reload')
    const { lines } = await json(['logs', '--lines', '3'], { home })
    assert.equal(lines.length, 3)
    const child = spawn(process.execPath, [PROGRAM, '--home', home, 'logs', '-f', '--lines', '0'])
    // Whichever comes after the follower has begun: until then each is asked for anew.
    const asking = setInterval(() => hub.call('node.reload'), 100)
    try {
      const first = once(createInterface(child.stdout), 'line')
      const [line] = await first
      assert.match(line, /^20\d\d-.*Z (info|debug|warn) +[a-z]+\.[a-z-]+/)
    } finally {
      clearInterval(asking)
      child.kill('SIGTERM')
      await once(child, 'close')
    }
    assert.deepEqual((await json(['logs'], { home: sandbox.path('absent') })).lines, [])
  })

  test('top --once shows peers, counters, delay and alarms within 12 lines', async () => {
    const { stdout } = await run(['top', '--once'], { home })
    for (const fact of ['peers', 'admitted', 'loop', 'alarms']) {
      assert.match(stdout, new RegExp(`^ +${fact} `, 'm'))
    }
    assert.ok(stdout.trimEnd().split('\n').length <= 12, stdout)
    const { totals } = await json(['top', '--once'], { home })
    assert.ok(totals.peerage_nodes >= 1)
  })

  test('[SR-CONF-3] a bug report has what helps, and never a key, passphrase, invite or code', async () => {
    const { invite } = await hub.call('invite.create', { member: 'eve', node: 'eve' })
    const { token } = await hub.call('token.create', { methods: ['node.*'] })
    const code = readFileSync(join(home, 'recovery-code.txt'), 'utf8')
    const out = sandbox.path('report.json')
    await json(['bugreport', '--out', out], { home })
    const text = readFileSync(out, 'utf8')
    assert.equal(statSync(out).mode & 0o777, 0o600)
    const report = JSON.parse(text)
    for (const part of ['versions', 'doctor', 'config', 'status', 'journal', 'log']) {
      assert.ok(report[part] !== undefined && report[part].missing === undefined, part)
    }
    assert.ok(report.log.length > 3)
    const keys = ['node.key', 'authority.key'].map((name) => readFileSync(join(home, name), 'utf8'))
    const words = [...keys, code].flatMap((content) => content.split(/\s+/))
    const secrets = words.filter((word) => word.length > 30)
    for (const secret of [PASSPHRASE, invite, token, ...secrets]) {
      assert.ok(secret.length > 20 && !text.includes(secret), 'a secret is in the report')
    }
    // A log that somebody else has written into is cleaned, too.
    writeFileSync(join(home, 'peerage.log'), `${invite}\n${token}\n${code}\n`, { flag: 'a' })
    const other = sandbox.path('second.json')
    await json(['bugreport', '--out', other], { home })
    const cleaned = readFileSync(other, 'utf8')
    assert.match(cleaned, /\[secret removed\]/)
    for (const secret of [invite, token, ...secrets]) assert.ok(!cleaned.includes(secret))
    await refused('INVALID_ARGUMENT', ['bugreport', '--out', out], { home })
  })
})
