/**
 * Run by test/unit/storage/real-disk.test.ts on a file system of its own, which is full or
 * read-only for some of the time. Prints what happened as one line of JSON.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PeerageError } from '../../src/errors.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createTrustStore } from '../../src/storage/trust-store.ts'
import { TrustLog } from '../../src/trust/trust-log.ts'
import { FakeTime } from './fake-time.ts'
import { TestHistory } from './trust-network.ts'

const [phase = '', folder = ''] = process.argv.slice(2)
const path = join(folder, 'state.db')
const history = new TestHistory('disk')
history.addMember('anna')
for (let i = 0; i < 40; i++) history.addNode('anna', `node-${i}`)
const clock = new FakeTime(history.time)

function codeOf(run: () => unknown): string {
  try {
    run()
    return 'done'
  } catch (error) {
    if (error instanceof PeerageError) return error.code
    throw error
  }
}

/** Everything left of the disk, but for a few bytes. */
function fillDisk(): string {
  const filler = join(folder, 'filler')
  for (let size = 1 << 20; size >= 512; size >>= 1) {
    try {
      for (;;) writeFileSync(filler, new Uint8Array(size), { flag: 'a' })
    } catch {
      // No room for this size any more: go on with half of it.
    }
  }
  return filler
}

function full(): Record<string, unknown> {
  const db = openDatabase(path)
  const { network, genesis } = history
  TrustLog.create(createTrustStore(db), { clock, network, genesis })
  const log = TrustLog.load(createTrustStore(db), { clock })
  const update = { checkpoint: history.checkpoint(), entries: history.entries }
  const filler = fillDisk()
  const advanced = codeOf(() => log.advance(update))
  const sizeWhileFull = log.size
  const loadedWhileFull = TrustLog.load(createTrustStore(db), { clock }).size
  const opened = codeOf(() => openDatabase(join(folder, 'second.db')).close())
  rmSync(filler)
  const later = codeOf(() => log.advance(update))
  db.close()
  const again = openDatabase(path)
  const reloaded = TrustLog.load(createTrustStore(again), { clock }).size
  again.close()
  return { advanced, sizeWhileFull, loadedWhileFull, opened, later, reloaded }
}

function readOnly(): Record<string, unknown> {
  return {
    existing: codeOf(() => openDatabase(path)),
    fresh: codeOf(() => openDatabase(join(folder, 'fresh.db')))
  }
}

process.stdout.write(`${JSON.stringify(phase === 'full' ? full() : readOnly())}\n`)
