import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DiskSweep } from '../../test/support/disk-sweep.ts'
import { type DiskFault, FailingDisk } from '../../test/support/failing-disk.ts'
import { type Bench, countOnce, type Sample } from './measure.ts'

const FAULTS: readonly DiskFault[] = ['ENOSPC', 'EIO']

/**
 * Every write of `network create` and of a node that starts, stores and stops fails once, with both
 * faults. What is answered without a code, or is lost, throws.
 */
export const bench: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-disk-'))
  try {
    const sweep = new DiskSweep(await FailingDisk.install(), folder)
    await sweep.prepare()
    const create = await sweepAll((at, fault) => sweep.create(at, fault))
    const run = await sweepAll((at, fault) => sweep.run(at, fault))
    return [
      countOnce(
        'each write to the disk fails once, as full and as broken',
        { 'network create': create, 'a node': run },
        ['network create', 'a node'].map((subject) => ({
          ...{ subject, figure: 'writes', atLeast: 20 }
        }))
      )
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function sweepAll(play: DiskSweep['run']): Promise<Sample> {
  const { writes } = await play()
  const counts = { told: 0, 'not told, nothing lost': 0 }
  for (let at = 1; at <= writes; at++) {
    for (const fault of FAULTS) {
      const { failed, codes } = await play(at, fault)
      assert.ok(failed !== undefined)
      counts[codes.length > 0 ? 'told' : 'not told, nothing lost']++
    }
  }
  return { writes, ...counts }
}
