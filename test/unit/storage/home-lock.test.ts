import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { acquireHomeLock, isHomeLocked } from '../../../src/storage/home-lock.ts'

describe('the lock of a home', () => {
  const directory = mkdtempSync(join(tmpdir(), 'peerage-lock-'))
  after(() => rmSync(directory, { recursive: true }))

  test('is held by one at a time, and free again after its release', () => {
    const path = join(directory, 'one.db')
    const release = acquireHomeLock(path)
    assert.throws(() => acquireHomeLock(path), { code: 'HOME_IN_USE' })
    release()
    acquireHomeLock(path)()
  })

  test('is seen by whoever looks, who changes nothing', () => {
    const path = join(directory, 'two.db')
    assert.equal(isHomeLocked(path), false)
    assert.ok(!existsSync(path))
    const release = acquireHomeLock(path)
    assert.equal(isHomeLocked(path), true)
    release()
    assert.equal(isHomeLocked(path), false)
    acquireHomeLock(path)()
  })
})
