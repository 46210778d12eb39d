import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openHome } from '../../../src/daemon/home.ts'
import { PeerageError } from '../../../src/errors.ts'

const STRANGER = 1234

describe('[SR-CTL-1] a home', () => {
  const directory = mkdtempSync(join(tmpdir(), 'peerage-home-'))
  after(() => rmSync(directory, { recursive: true, force: true }))

  test('is made with its parents, closed to others, and opened again', () => {
    const path = join(directory, 'a/b/c')
    assert.equal(openHome(path).nodeKey, openHome(path).nodeKey)
    assert.equal(statSync(path).mode & 0o777, 0o700)
  })

  test('that others can enter is refused with HOME_PERMISSIONS', () => {
    const path = join(directory, 'open')
    openHome(path)
    chmodSync(path, 0o750)
    assert.throws(() => openHome(path), { code: 'HOME_PERMISSIONS' })
  })

  test('of another user is refused with HOME_PERMISSIONS and says whose it is', () => {
    const path = join(directory, 'foreign')
    openHome(path)
    if (process.getuid?.() === 0) chownSync(path, STRANGER, STRANGER)
    const foreign = process.getuid?.() === 0 ? path : '/usr'
    const owner = statSync(foreign).uid
    const isSaid = (error: unknown) => {
      assert.ok(error instanceof PeerageError)
      assert.equal(error.code, 'HOME_PERMISSIONS')
      assert.equal(error.details['owner'], owner)
      return true
    }
    assert.throws(() => openHome(foreign), isSaid)
  })

  test('where nothing can be made is refused with HOME_UNWRITABLE', () => {
    assert.throws(() => openHome('/proc/none'), { code: 'HOME_UNWRITABLE' })
    assert.throws(() => openHome('/dev/null/home'), { code: 'HOME_UNWRITABLE' })
  })
})
