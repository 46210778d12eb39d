import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { playCrashes } from '../support/crash/play.ts'
import { Sandbox } from './support.ts'

const NODES = ['hq', 'alice', 'bob']
const lazyCommit = join(import.meta.dirname, '../support/crash/lazy-commit.ts')

describe('daemons that are killed while they write', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()

  before(async () => {
    await sandbox.create('hq')
    const hq = await sandbox.up('hq')
    for (const name of ['alice', 'bob']) await sandbox.join(hq, name)
    await hq.stop()
  })
  after(() => sandbox.end())

  test('[SR-STO-4] [SR-INT-3] lose nothing that was acknowledged, and bring no old version back', async () => {
    const plan = { sandbox, nodes: NODES, seed: 'crash', cycles: 3, downMax: 1 }
    const { acknowledged, crashes, broken } = await playCrashes(plan)
    assert.deepEqual(broken, [])
    assert.ok(acknowledged > 0 && crashes === 5, `${acknowledged} ${crashes}`)
  })

  test('control: where a commit is said before it is made, the judge finds what was lost', async () => {
    const run = { preload: lazyCommit }
    const plan = { sandbox, nodes: NODES, seed: 'control', cycles: 1, downMax: 1, run }
    const { broken } = await playCrashes(plan)
    assert.ok(broken.length > 0)
  })
})
