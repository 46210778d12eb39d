import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { DiskSweep, type Swept } from '../support/disk-sweep.ts'
import { FailingDisk } from '../support/failing-disk.ts'

/** Of so many places one is tried; `npm run bench -- disk-faults` tries them all. */
const EVERY = 4

describe('a write that fails', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-disk-'))
  let sweep: DiskSweep

  before(async () => {
    sweep = new DiskSweep(await FailingDisk.install(), folder)
    await sweep.prepare()
  })
  after(() => rmSync(folder, { recursive: true }))

  function requireTyped({ failed, codes }: Swept, at: number): void {
    assert.ok(failed !== undefined, `nothing was written at ${at}`)
    for (const code of codes) assert.match(code, /^(STORAGE_FULL|STORAGE_FAILED|HOME_.*)$/)
  }

  test('[SR-AVL-2] in `network create` has a code, and the command completes when it is repeated', async () => {
    const { writes, codes } = await sweep.create()
    assert.deepEqual(codes, [], 'control: nothing fails')
    for (let at = 1; at <= writes; at += EVERY) {
      requireTyped(await sweep.create(at, at % 8 === 1 ? 'ENOSPC' : 'EIO'), at)
    }
  })

  test('[SR-AVL-2] in a running node has a code, is acknowledged to nobody, and nothing else is lost', async () => {
    const { writes, codes } = await sweep.run()
    assert.deepEqual(codes, [], 'control: nothing fails')
    let refused = 0
    for (let at = 1; at <= writes; at += EVERY) {
      const swept = await sweep.run(at, at % 8 === 1 ? 'ENOSPC' : 'EIO')
      requireTyped(swept, at)
      refused += swept.codes.length
    }
    assert.ok(refused > 0, 'somebody was told')
  })
})
