import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DamagedHome, injuryOf } from '../../test/support/damaged-home.ts'
import { type Bench, compare, type Sample } from './measure.ts'

const SEEDS = 200
const RECORDS = 100

/** A flipped bit, a truncation or an empty page, anywhere in the database of a node that was down. */
export const bench: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-damage-'))
  try {
    const home = new DamagedHome(folder, RECORDS)
    const comparison = await compare({
      title: `${SEEDS} injuries of a database of ${RECORDS} records`,
      rounds: 2,
      subjects: [{ name: 'after a stop', run: async () => injureAll(home) }],
      goals: [{ subject: 'after a stop', figure: 'not noticed', atMost: 0 }]
    })
    return [comparison]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A wrong value throws. After a crash the same is tested in test/unit/storage/damage.test.ts. */
function injureAll(home: DamagedHome): Sample {
  const counts = { salvaged: 0, refused: 0, whole: 0 }
  let kept = 0
  for (let i = 0; i < SEEDS; i++) {
    const { outcome, records } = home.startAfter(injuryOf(i), `seed-${i}`, false)
    counts[outcome]++
    if (outcome === 'salvaged') kept += records / home.records.length
  }
  return {
    salvaged: counts.salvaged,
    refused: counts.refused,
    'not noticed': counts.whole,
    '% of records salvaged': (100 * kept) / Math.max(1, counts.salvaged)
  }
}
