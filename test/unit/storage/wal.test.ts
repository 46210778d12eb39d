import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { PeerageError } from '../../../src/errors.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { readInteger } from '../../../src/storage/row.ts'
import { requireWholeLog } from '../../../src/storage/wal.ts'

const COMMITS = 12
const SIDES = ['', '-wal', '-shm']
const PAGE = 4096

/** What a process leaves that is killed, before and after it has written the log back. */
function crashed(folder: string, isWrittenBack: boolean): string {
  const path = join(folder, `crashed-${isWrittenBack}`)
  const db = openDatabase(path)
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const insert = db.prepare('INSERT INTO settings VALUES (?, ?)')
  for (let i = 0; i < COMMITS; i++) insert.run(`key-${i}`, 'x'.repeat(300))
  if (isWrittenBack) db.exec('PRAGMA wal_checkpoint(PASSIVE)')
  for (const side of SIDES) copyFileSync(`${path}${side}`, `${path}.killed${side}`)
  db.close()
  return `${path}.killed`
}

function kept(path: string): number {
  const db = openDatabase(path)
  try {
    return readInteger(db.prepare('SELECT count(*) AS n FROM settings').get() ?? {}, 'n')
  } finally {
    db.close()
  }
}

function isFound(path: string): boolean {
  try {
    requireWholeLog(path)
    return false
  } catch (error) {
    assert.ok(error instanceof PeerageError && error.code === 'STORAGE_DAMAGED')
    return true
  }
}

type Hurt = (log: Uint8Array) => Uint8Array

const flipAt =
  (place: number): Hurt =>
  (log) => {
    const hurt = Uint8Array.from(log)
    hurt[place] = (hurt[place] ?? 0) ^ 4
    return hurt
  }
const emptyAt =
  (place: number): Hurt =>
  (log) =>
    Uint8Array.from(log).fill(0, place, place + PAGE)
const cutAt =
  (place: number): Hurt =>
  (log) =>
    log.subarray(0, place)

describe('the write-ahead log that a crash has left', () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-wal-'))
  after(() => rmSync(folder, { recursive: true }))
  const source = crashed(folder, false)
  const written = crashed(folder, true)
  const log = readFileSync(`${source}-wal`)

  /** Says what was found in a hurt copy, and what SQLite makes of it. */
  function hurt(from: string, change: Hurt, hasIndex = true): { found: boolean; kept: number } {
    const copy = join(folder, 'copy')
    for (const side of SIDES) copyFileSync(`${from}${side}`, `${copy}${side}`)
    writeFileSync(`${copy}-wal`, change(readFileSync(`${from}-wal`)))
    if (!hasIndex) rmSync(`${copy}-shm`)
    const found = isFound(copy)
    let left = 0
    try {
      left = kept(copy)
    } catch (error) {
      // It found the damage by itself.
      assert.ok(error instanceof PeerageError)
      left = found ? 0 : COMMITS
    }
    for (const side of SIDES) rmSync(`${copy}${side}`, { force: true })
    return { found, kept: left }
  }

  test('is whole where nothing happened to it, with and without its index', () => {
    for (const from of [source, written]) {
      for (const hasIndex of [true, false]) {
        const same: Hurt = (bytes) => bytes
        assert.deepEqual(hurt(from, same, hasIndex), { found: false, kept: COMMITS })
      }
    }
  })

  test('[SR-INT-3] never hides that it takes back a commit, whichever bit of it flips', () => {
    let taken = 0
    for (let place = 0; place < log.length; place += 397) {
      const { found, kept: left } = hurt(source, flipAt(place))
      assert.ok(found || left === COMMITS, `bit in byte ${place}: ${left} of ${COMMITS}`)
      if (left < COMMITS) taken++
    }
    assert.ok(taken > 50, `control: SQLite took back commits in ${taken} cases`)
  })

  test('[SR-INT-3] nor where a page of it is empty, or its end cut off', () => {
    for (let place = 0; place < log.length; place += PAGE) {
      for (const change of [emptyAt(place), cutAt(place)]) {
        const { found, kept: left } = hurt(source, change)
        assert.ok(found || left === COMMITS, `byte ${place}: ${left} of ${COMMITS}`)
      }
    }
  })

  test('without its index, as after a power cut, it is found where a later commit follows', () => {
    const last = log.length - 2 * (PAGE + 24)
    for (let place = 0; place < last; place += 1999) {
      const { found, kept: left } = hurt(source, flipAt(place), false)
      assert.ok(found || left >= COMMITS - 2, `bit in byte ${place}: ${left} of ${COMMITS}`)
    }
  })

  test('a write that was under way, and what was written back, are no damage', () => {
    const torn: Hurt = (bytes) => Buffer.concat([bytes, bytes.subarray(32, 32 + PAGE)])
    assert.deepEqual(hurt(source, torn), { found: false, kept: COMMITS })
    assert.equal(hurt(source, cutAt(log.length - 100), false).found, false)
    assert.deepEqual(hurt(written, cutAt(0)), { found: false, kept: COMMITS })
    assert.equal(existsSync(join(folder, 'copy')), false)
  })
})
