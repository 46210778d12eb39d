import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { PeerageError } from '../../../src/errors.ts'
import {
  applyEvent,
  type Reputation,
  standingOf,
  unknownReputation
} from '../../../src/reputation/reputation.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createReputationStore } from '../../../src/storage/reputation-store.ts'
import { anyHistory, NO_FLOOR, proved, START } from '../../support/reputation-cases.ts'

/** Points are kept in thousandths. */
function rounded(reputation: Reputation): Reputation {
  const round = (points: number) => Math.round(points * 1000) / 1000
  const { slight, minor, major, fatal } = reputation.faults
  return {
    ...reputation,
    credit: round(reputation.credit),
    faults: {
      slight: round(slight),
      minor: round(minor),
      major: round(major),
      fatal: round(fatal)
    }
  }
}

describe('[SR-REP-1] the reputation store', () => {
  test('gives back what it was given', () => {
    const db = openDatabase(':memory:')
    const store = createReputationStore(db)
    fc.assert(
      fc.property(anyHistory, fc.boolean(), (history, isAllowed) => {
        let now = START
        let reputation = unknownReputation('alice', now)
        for (const [ms, event] of history) {
          now += ms
          reputation = applyEvent(reputation, event, now, NO_FLOOR)
        }
        reputation = applyEvent(reputation, proved('p'), now, NO_FLOOR)
        const decision = { type: isAllowed ? 'allow' : 'ban', until: now + 1, reason: 'x' } as const
        reputation = applyEvent(reputation, decision, now, NO_FLOOR)
        store.save([reputation])
        assert.deepEqual([...store.load()], [rounded(reputation)])
      }),
      { numRuns: 50 }
    )
    store.remove('alice')
    assert.deepEqual([...store.load()], [])
    db.close()
  })

  test('a row that is none is found where it lies, and nothing is guessed', () => {
    const db = openDatabase(':memory:')
    const store = createReputationStore(db)
    store.save([unknownReputation('alice', START)])
    db.exec("UPDATE reputations SET bytes = x'a0'")
    assert.throws(
      () => [...store.load()],
      (error) => error instanceof PeerageError && error.code === 'STORAGE_DAMAGED'
    )
    db.close()
  })

  test('a ban that was told to anybody survives kill -9', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'peerage-reputation-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const path = join(directory, 'state.db')
    const program = join(import.meta.dirname, '../../support/ban-program.ts')
    const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'exit')
    for await (const line of createInterface(child.stdout)) if (line === 'banned') break
    child.kill('SIGKILL')
    await ended
    const db = openDatabase(path)
    const [mallory] = [...createReputationStore(db).load()]
    assert.equal(mallory?.member, 'mallory')
    assert.equal(standingOf(mallory, START), 'banned')
    db.close()
  })
})
