import { after, before, describe, test } from 'node:test'
import { refused, Sandbox } from './support.ts'

const DAY = 86_400_000

describe('[SR-ADM-7] a node whose clock is wrong', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()

  before(async () => {
    await sandbox.create('hq')
    const hq = await sandbox.up('hq')
    await sandbox.join(hq, 'bob')
    await hq.stop()
  })
  after(() => sandbox.end())

  test('does not start in 1970', async () => {
    const init = { home: sandbox.path('bob'), clockMs: -Date.now() }
    await refused('CLOCK_BEFORE_GENESIS', ['up'], init)
  })

  test('does not start before a time that it has seen, and does so when that was the wrong one', async () => {
    // Nobody who signs is there: only the node itself knows that it has been later.
    const ahead = await sandbox.up('bob', [], { clockMs: 3 * DAY })
    await ahead.stop()
    await refused('CLOCK_BACKWARD', ['up'], { home: sandbox.path('bob') })
    const corrected = await sandbox.up('bob', ['--accept-clock'])
    await corrected.stop()
    const again = await sandbox.up('bob')
    await again.stop()
  })
})
