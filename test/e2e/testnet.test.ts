import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Cast } from '../../src/cli/demo/cast.ts'
import { attack } from '../../src/testnet/attackers/index.ts'
import { LOAD_SCENARIOS } from '../../src/testnet/load-scenarios.ts'
import { play } from '../../src/testnet/play.ts'
import { Stage } from '../../src/testnet/stage.ts'
import { fakeEnvironment } from '../support/fake-terminal.ts'
import { json, PROGRAM, refused, run } from './support.ts'

const SECONDS = 2

describe('attacks on a real node', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-testnet-test-'))
  const cast = new Cast(
    folder,
    fakeEnvironment({ program: [process.execPath, PROGRAM], variables: process.env })
  )
  const stage = new Stage(cast, 1)
  before(async () => stage.build())
  after(async () => {
    await cast.end()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const scenario of LOAD_SCENARIOS) {
    test(`[SR-TC-1] ${scenario.title}: the node holds, and does not without the defense`, async () => {
      const ms = SECONDS * 1000
      const outcome = await play(stage, scenario, { nodes: 1, seed: 'test', ms })
      const { defended, control } = outcome
      assert.ok(scenario.isHeld(defended, ms), JSON.stringify(defended))
      assert.equal(defended.falsePositives, 0)
      assert.ok(defended.calls.done > 0 && defended.dials.done > 0, JSON.stringify(defended))
      assert.ok(!scenario.isHeld(control, ms), `control: ${JSON.stringify(control)}`)
    })
  }
})

describe('peerage testnet', { timeout: 180_000 }, () => {
  test('lists what can be run', async () => {
    const { items } = await json(['testnet', 'scenarios'])
    assert.deepEqual(
      items.map(({ name }: { name: string }) => name),
      [
        ...['silent', 'flood', 'churn', 'bomb', 'slow', 'rpc'],
        ...['forged', 'rollback', 'equivocation', 'slander', 'whitewash', 'on-off']
      ]
    )
  })

  test('runs one from the command line and leaves nothing behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'peerage-testnet-cli-'))
    const variables = { TMPDIR: folder }
    const words = ['testnet', 'run', 'churn', '--for', '1s', '--json']
    const ran = await run(words, { variables, patienceMs: 120_000 })
    const { scenario, verdict, defended } = JSON.parse(ran.stdout)
    assert.deepEqual([ran.exit, scenario, verdict], [0, 'churn', 'held'], ran.stdout)
    assert.ok(defended.cuts.RATE_LIMITED > 0, ran.stdout)
    assert.deepEqual(readdirSync(folder), [])
    rmSync(folder, { recursive: true })
  })

  test('refuses what it does not have, and more than a machine can bear', async () => {
    await refused('NOT_FOUND', ['testnet', 'run', 'meteor'])
    await refused('INVALID_ARGUMENT', ['testnet', 'run', 'churn', '--nodes', '1000'])
    await refused('INVALID_ARGUMENT', ['testnet', 'run', 'churn', '--for', '1h'])
    await refused('INVALID_ARGUMENT', ['testnet', 'run', 'slander', '--nodes', '1'])
    await refused('USAGE', ['testnet-part'])
  })

  test('an attacker attacks nothing but this machine, and nothing without end', async () => {
    const init = {
      target: '/ip4/127.0.0.1/tcp/9/p2p/x',
      socket: '/tmp/none',
      home: folder(),
      ms: 10,
      count: 1,
      seed: ''
    }
    const code = { code: 'INVALID_ARGUMENT' }
    for (const target of [
      '/ip4/192.0.2.1/tcp/9',
      '/dns4/localhost/tcp/9',
      '/ip4/1.127.0.0.1/tcp/9',
      '/ip4/127.0.0.1.example/tcp/9'
    ]) {
      await assert.rejects(attack('silent')({ ...init, target }), code, target)
    }
    await assert.rejects(attack('flood')({ ...init, ms: 10 * 60_000 }), code)
    await assert.rejects(attack('flood')({ ...init, count: 1e9 }), code)
    await assert.rejects(attack('rpc')({ ...init, socket: 'http://example.org' }), code)
  })

  function folder(): string {
    return join(tmpdir(), 'peerage-testnet-none')
  }
})
