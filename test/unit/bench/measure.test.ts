import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Comparison,
  compare,
  type Goal,
  renderComparison,
  type Subject,
  spreadOf
} from '../../../scripts/bench/measure.ts'

/** A subject whose rounds give these values in turn. */
function subject(name: string, values: readonly number[], order: string[] = []): Subject {
  let round = 0
  return {
    name,
    async run() {
      order.push(name)
      return { ms: values[round++] ?? Number.NaN }
    }
  }
}

async function compareTo(
  baseline: readonly number[],
  ours: readonly number[],
  goal: Partial<Goal>
): Promise<Comparison> {
  return await compare({
    title: 'start',
    subjects: [subject('bare', baseline), subject('ours', ours)],
    goals: [{ subject: 'ours', figure: 'ms', ...goal }],
    rounds: baseline.length
  })
}

describe('a comparison', () => {
  test('leaves the first round out', async () => {
    const { rows, rounds } = await compareTo([900, 10, 11, 12], [1, 20, 24, 22], {})
    assert.equal(rounds, 3)
    assert.deepEqual(
      rows.map((row) => row.spread),
      [
        { median: 11, min: 10, max: 12 },
        { median: 22, min: 20, max: 24 }
      ]
    )
  })

  test('runs every subject once per round, in an order that the random numbers give', async () => {
    const order: string[] = []
    const numbers = [0.1, 0.9, 0.9, 0.1]
    await compare({
      title: '',
      subjects: [subject('a', [1, 1], order), subject('b', [1, 1], order)],
      goals: [],
      rounds: 2,
      random: () => numbers.shift() ?? 0
    })
    assert.deepEqual(order, ['a', 'b', 'b', 'a'])
  })

  test('judges the ratio of the medians', async () => {
    const met = await compareTo([0, 10, 10, 10], [0, 30, 50, 70], { to: 'bare', atMost: 5 })
    assert.deepEqual([met.goals[0]?.measured, met.goals[0]?.verdict], [5, 'met'])
    const missed = await compareTo([0, 10, 10, 10], [0, 30, 51, 70], { to: 'bare', atMost: 5 })
    assert.equal(missed.goals[0]?.verdict, 'missed')
    const least = await compareTo([0, 10, 10], [0, 5, 5], { to: 'bare', atLeast: 0.6 })
    assert.equal(least.goals[0]?.verdict, 'missed')
  })

  test('does not judge against a baseline that varied by more than 1.6', async () => {
    const { goals } = await compareTo([0, 10, 12, 17], [0, 1, 1, 1], { to: 'bare', atMost: 5 })
    assert.equal(goals[0]?.verdict, 'spread')
    assert.match(
      renderComparison({ title: '', rounds: 3, rows: [], goals }),
      /not judged: baseline spread 1\.7 > 1\.6/
    )
  })

  test('judges a figure alone where there is no baseline', async () => {
    const { goals } = await compareTo([0, 1, 9], [0, 90, 94], { atMost: 95 })
    assert.deepEqual([goals[0]?.measured, goals[0]?.verdict], [92, 'met'])
  })

  test('refuses a goal that nobody measures and a single round', async () => {
    await assert.rejects(compareTo([1, 1], [1, 1], { figure: 'MB' }), /nobody measured "MB"/)
    await assert.rejects(compareTo([1], [1], {}), RangeError)
  })

  test('ends with the fault of a subject', async () => {
    const run = async () => {
      throw new Error('a byte was lost')
    }
    await assert.rejects(
      compare({ title: '', subjects: [{ name: 'x', run }], goals: [], rounds: 2 }),
      /a byte was lost/
    )
  })

  test('prints the goal beside what was measured', async () => {
    const comparison = await compareTo([0, 10, 10], [0, 123.4, 123.6], { to: 'bare', atMost: 6 })
    assert.equal(
      renderComparison(comparison),
      [
        'start (median [min..max] of 2)',
        '  bare         ms  10 [10..10]',
        '  ours         ms  124 [123..124]',
        '  ours / bare  ms  12.3  goal ≤ 6  missed'
      ].join('\n')
    )
  })
})

test('the median of an even count lies between the two in the middle', () => {
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { median: 2.5, min: 1, max: 4 })
})
