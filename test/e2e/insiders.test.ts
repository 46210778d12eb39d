import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Cast } from '../../src/cli/demo/cast.ts'
import { playInsiders } from '../../src/testnet/insider-play.ts'
import { INSIDER_SCENARIOS } from '../../src/testnet/insider-scenarios.ts'
import { InsiderStage } from '../../src/testnet/insider-stage.ts'
import { insiderAttack } from '../../src/testnet/insiders/index.ts'
import { fakeEnvironment } from '../support/fake-terminal.ts'
import { PROGRAM } from './support.ts'

const NODES = 3
/** An attack ends by its count, or when everybody refuses it; this is for a machine that is busy. */
const MS = 30_000

describe('certified insiders', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-insiders-test-'))
  const cast = new Cast(
    folder,
    fakeEnvironment({ program: [process.execPath, PROGRAM], variables: process.env })
  )
  const stage = new InsiderStage(cast, NODES)
  before(async () => stage.build())
  after(async () => {
    await cast.end()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const scenario of INSIDER_SCENARIOS) {
    test(`[SR-REP-2] ${scenario.title}: the honest nodes hold, and do not without the defense`, async () => {
      const outcome = await playInsiders(stage, scenario, { nodes: NODES, seed: 'test', ms: MS })
      const { defended, control } = outcome
      assert.ok(scenario.isHeld(defended), JSON.stringify(defended))
      assert.ok(defended.reads.correct > 0, JSON.stringify(defended))
      assert.ok(!scenario.isHeld(control), `control: ${JSON.stringify(control)}`)
    })
  }

  test('an insider attacks nothing but this machine, and nothing without end', async () => {
    const target = { nodeId: '' as never, address: '/ip4/192.0.2.1/tcp/9' }
    const prey = { kind: 'note', owner: '', name: '', text: '', nodeId: '' as never }
    const init = { targets: [target], homes: [], prey, count: 1, ms: 1, seed: '' }
    const code = { code: 'INVALID_ARGUMENT' }
    await assert.rejects(insiderAttack('forged')(init), code)
    const near = { ...init, targets: [{ ...target, address: '/ip4/127.0.0.1/tcp/9' }] }
    await assert.rejects(insiderAttack('forged')({ ...near, ms: 1e9 }), code)
    await assert.rejects(insiderAttack('forged')({ ...near, count: 1e9 }), code)
  })
})
