import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createLyingCrowd, type LyingCrowd } from '../support/lying-crowd.ts'

const COUNT = 5

/** A small one of what `npm run bench:hostile -- lookup` measures. */
describe('[SR-RT-1] two of seven members lie', { timeout: 120_000 }, () => {
  let crowd: LyingCrowd
  before(async () => {
    crowd = await createLyingCrowd({ seed: 'small', nodes: 7, insiders: 2, links: 2 })
  })
  after(async () => crowd.end())

  test('honest members find each other, and read what is newest', async () => {
    assert.deepEqual(await crowd.lookups(COUNT), { done: COUNT, correct: COUNT })
    assert.deepEqual(await crowd.gets(COUNT), { done: COUNT, correct: COUNT })
  })

  test('control: whoever believes the first answer is told what was before, or nothing', async () => {
    const { done, correct } = await crowd.naiveGets(3 * COUNT)
    assert.ok(correct < done, `${correct} of ${done}`)
  })
})
