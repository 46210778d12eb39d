import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { slopeOf } from '../../../scripts/soak/regression.ts'
import { renderReport } from '../../../scripts/soak/report.ts'
import type { Sample } from '../../../scripts/soak/sample.ts'

const MINUTES = 60

/** Memory that grows by `grows` MiB an hour, around a saw of 4 MiB, after a steep warm-up. */
function samplesOf(grows: number): readonly Sample[] {
  return Array.from({ length: 120 }, (_, i) => {
    const minute = (i + 1) / 2
    const warm = minute < MINUTES / 3 ? minute : MINUTES / 3
    return {
      ...{
        node: 0,
        minute,
        descriptors: 40,
        loopDelayMs: 11,
        databaseMib: 1,
        records: 9,
        peers: 3
      },
      residentMib: 80 + warm + (grows * minute) / 60 + (i % 3) * 2,
      cpuSeconds: minute,
      done: { 'record.put': i, 'no handshake': 2 }
    }
  })
}

describe('the report of a soak', () => {
  test('finds the slope of a line, and says how sure it is', () => {
    const line = [0, 1, 2, 3].map((x) => [x, 5 + 2 * x] as const)
    assert.deepEqual(slopeOf(line), { slope: 2, error: 0 })
    // Worked by hand: y = 0, 1, 0, 1 over x = 0 to 3.
    const { slope, error } = slopeOf([0, 1, 2, 3].map((x) => [x, x % 2] as const))
    assert.ok(Math.abs(slope - 0.2) < 1e-12)
    assert.ok(Math.abs(error - Math.sqrt(0.8 / 2 / 5)) < 1e-12)
  })

  for (const grows of [0, 12]) {
    test(`tells memory that grows by ${grows} MiB an hour, whatever the warm-up was`, () => {
      const { files } = renderReport(samplesOf(grows), { minutes: MINUTES, rate: 20 })
      const row = /resident memory, MiB \| 0 \|.*\| (\S+) ± (\S+) \|/.exec(files['report.md'] ?? '')
      assert.ok(Math.abs(Number(row?.[1]) - grows) <= Number(row?.[2]), String(row))
    })
  }

  test('has a plot for every figure, and what the load did', () => {
    const { files } = renderReport(samplesOf(0), { minutes: MINUTES, rate: 20 })
    const text = files['report.md'] ?? ''
    const plots = [...text.matchAll(/\]\((\S+\.svg)\)/g)].map((match) => match[1] ?? '')
    assert.equal(plots.length, 5)
    for (const name of plots) assert.match(String(files[name]), /<polyline/)
    assert.match(text, /\| record\.put \| 119 \|/)
  })
})
