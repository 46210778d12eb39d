import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { homeAt } from '../../../src/daemon/home.ts'
import { createRecordCheck } from '../../../src/daemon/record-check.ts'
import { PeerageError } from '../../../src/errors.ts'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import { requireUnchanged } from '../../../src/storage/at-rest.ts'
import { FakeTime } from '../../support/fake-time.ts'

describe('the check of records while a node runs', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'peerage-check-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  function checkOf(next: (() => boolean) | undefined) {
    const home = homeAt(folder)
    const scheduler = new FakeTime(0)
    const raised: string[] = []
    const check = createRecordCheck({
      ...{ home, scheduler, logger: silentLogger },
      walk: next === undefined ? undefined : { next },
      alarms: { raise: ({ code }) => void raised.push(code) }
    })
    return { check, scheduler, raised, sum: `${home.database}.sum` }
  }

  test('goes on with a gap until there is nothing left', () => {
    let slices = 0
    const { check, scheduler, raised } = checkOf(() => ++slices < 5)
    check.start()
    assert.equal(slices, 1)
    scheduler.advance(LIMITS.recordWalkGapMs)
    assert.equal(slices, 2)
    scheduler.advance(100 * LIMITS.recordWalkGapMs)
    assert.deepEqual([slices, check.hasFound(), raised], [5, false, []])
  })

  test('does nothing where the database is as it was closed, and nothing more once it was stopped', () => {
    let slices = 0
    const idle = checkOf(undefined)
    idle.check.start()
    assert.equal(idle.check.hasFound(), false)
    const { check, scheduler } = checkOf(() => ++slices < 5)
    check.start()
    check.stop()
    scheduler.advance(100 * LIMITS.recordWalkGapMs)
    assert.equal(slices, 1)
  })

  test('[SR-INT-2] what it finds is no longer shown, is told, and is taken over at the next start', () => {
    const { check, raised, sum } = checkOf(() => {
      throw new PeerageError('STORAGE_DAMAGED', { part: 'records' })
    })
    check.start()
    assert.deepEqual([check.hasFound(), raised], [true, ['STORAGE_SUSPECT']])
    assert.ok(existsSync(sum) && readFileSync(sum, 'utf8').length > 0)
    assert.throws(
      () => requireUnchanged(homeAt(folder).database),
      (error) => error instanceof PeerageError && error.code === 'STORAGE_DAMAGED'
    )
  })

  test('[SR-INT-2] nothing is shown either where the disk does not take the note', () => {
    const { check, raised } = checkOf(() => {
      rmSync(folder, { recursive: true })
      throw new PeerageError('STORAGE_FAILED')
    })
    check.start()
    assert.deepEqual([check.hasFound(), raised], [true, []])
    folder = mkdtempSync(join(tmpdir(), 'peerage-check-'))
  })
})
