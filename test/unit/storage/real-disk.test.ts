import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'peerage-disk-'))
const program = join(import.meta.dirname, '../../support/real-disk-program.ts')

/** A small disk in a mount namespace of its own: it is gone when its processes are. */
function onSmallDisk(script: string) {
  return spawnSync(
    'unshare',
    ['--mount', '--map-root-user', 'sh', '-ec', script, 'sh', folder, process.execPath, program],
    { encoding: 'utf8', timeout: 30_000 }
  )
}
const MOUNT = 'mount -t tmpfs -o size=512k tmpfs "$1"'
const isPossible = onSmallDisk(MOUNT).status === 0
const REASON =
  'NOT TESTED ON A REAL DISK: this machine allows no mount namespace (unshare --map-root-user); ' +
  'the same faults are simulated in database.test.ts and trust-store.test.ts'

describe('a real disk', () => {
  after(() => rmSync(folder, { recursive: true }))

  test('[SR-AVL-2] that is full is STORAGE_FULL, nothing is lost, and later all goes on', (t) => {
    if (!isPossible) return t.skip(REASON)
    const run = onSmallDisk(`${MOUNT}; "$2" "$3" full "$1"`)
    assert.equal(run.status, 0, run.stderr)
    assert.deepEqual(JSON.parse(run.stdout), {
      advanced: 'STORAGE_FULL',
      sizeWhileFull: 1,
      loadedWhileFull: 1,
      opened: 'STORAGE_FULL',
      later: 'done',
      reloaded: 42
    })
  })

  test('that is read-only is HOME_UNWRITABLE, for a new file and for one that is there', (t) => {
    if (!isPossible) return t.skip(REASON)
    const remount = 'mount -o remount,ro "$1"'
    const run = onSmallDisk(
      `${MOUNT}; "$2" "$3" full "$1" > /dev/null; ${remount}; "$2" "$3" read-only "$1"`
    )
    assert.equal(run.status, 0, run.stderr)
    assert.deepEqual(JSON.parse(run.stdout), {
      existing: 'HOME_UNWRITABLE',
      fresh: 'HOME_UNWRITABLE'
    })
  })
})
