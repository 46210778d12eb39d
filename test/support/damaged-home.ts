import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, homeAt } from '../../src/daemon/home.ts'
import { openOrSalvage } from '../../src/daemon/open-or-salvage.ts'
import { equalBytes } from '../../src/encoding/bytes.ts'
import { PeerageError } from '../../src/errors.ts'
import { silentLogger } from '../../src/log.ts'
import type { VerifiedRecord } from '../../src/records/record.ts'
import { closeAtRest } from '../../src/storage/at-rest.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createJournal } from '../../src/storage/journal.ts'
import { createRecordStore } from '../../src/storage/record-store.ts'
import type { Salvaged } from '../../src/storage/salvage.ts'
import { createTrustStore } from '../../src/storage/trust-store.ts'
import { TrustLog } from '../../src/trust/trust-log.ts'
import { FakeTime } from './fake-time.ts'
import { fileTime, setFileTime } from './file-time.ts'
import { sampleRecord } from './sample-record.ts'
import { seededRandom } from './seeded-random.ts'
import { TestHistory } from './trust-network.ts'

const INJURIES = ['flipped bit', 'truncation', 'zeroed page'] as const
export type Injury = (typeof INJURIES)[number]

export interface Found {
  /** `refused`: the node does not start; `salvaged`: it does and says so; `whole`: as always. */
  readonly outcome: 'refused' | 'salvaged' | 'whole'
  readonly salvaged?: Salvaged
  readonly records: number
  readonly entries: number
}

/** The home of a node that was stopped, with a trust log, records and a journal. */
export class DamagedHome {
  readonly #folder: string
  readonly #history = new TestHistory('damage')
  readonly #time: FakeTime
  readonly records: readonly VerifiedRecord[]
  readonly entries: number

  constructor(folder: string, count = 60) {
    this.#folder = folder
    for (let i = 0; i < 10; i++) this.#history.addMember(`member-${i}`)
    this.#time = new FakeTime(this.#history.time)
    const { network, genesis, entries } = this.#history
    this.entries = entries.length
    this.records = Array.from({ length: count }, (_, i) =>
      sampleRecord({ network, name: `n${i}`, version: i + 1, value: new Uint8Array(500).fill(i) })
    )
    const home = this.#home('source')
    const db = openDatabase(home.database)
    TrustLog.create(createTrustStore(db), { clock: this.#time, network, genesis })
    const log = TrustLog.load(createTrustStore(db), { clock: this.#time })
    log.advance({ checkpoint: this.#history.checkpoint(), entries: entries.slice(1) })
    const store = createRecordStore(db, { network, logger: silentLogger })
    for (const record of this.records) store.save(record, record.expiresAt)
    const journal = createJournal(db, this.#time)
    for (let i = 0; i < 30; i++) journal.append({ event: 'test.happened', detail: { i } })
    closeAtRest(db, home.database)
  }

  #home(name: string): Home {
    const directory = join(this.#folder, name)
    mkdirSync(directory, { recursive: true })
    return homeAt(directory)
  }

  /** Hurts a copy of the file as a disk does, which changes no time of it, and starts from it. */
  startAfter(injury: Injury | undefined, seed: string, crashed: boolean): Found {
    const source = this.#home('source').database
    const home = this.#home('copy')
    copyFileSync(source, home.database)
    if (!crashed) copyFileSync(`${source}.sum`, `${home.database}.sum`)
    if (injury !== undefined) writeFileSync(home.database, hurt(readFileSync(source), injury, seed))
    setFileTime(home.database, fileTime(source))
    try {
      return this.#start(home)
    } finally {
      rmSync(home.directory, { recursive: true })
    }
  }

  #start(home: Home): Found {
    try {
      const { db, log, salvaged } = openOrSalvage(home, this.#time, (opened) => ({
        log: TrustLog.load(createTrustStore(opened), { clock: this.#time })
      }))
      try {
        const entries = log.entries(0, log.size)
        for (const [i, bytes] of entries.entries()) {
          assert.ok(equalBytes(bytes, this.#history.entries[i] ?? new Uint8Array()))
        }
        const store = createRecordStore(db, { network: log.network, logger: silentLogger })
        let records = 0
        for (const record of this.records) {
          const held = store.load(record.location)
          if (held === undefined) continue
          assert.equal(held.digest, record.digest)
          records++
        }
        const journal = createJournal(db, this.#time)
        if (salvaged !== undefined) assert.ok(journal.verify().ok)
        const parts = { records, entries: entries.length }
        if (salvaged === undefined) return { outcome: 'whole', ...parts }
        return { outcome: 'salvaged', salvaged, ...parts }
      } finally {
        db.close()
      }
    } catch (error) {
      if (!(error instanceof PeerageError && error.code === 'STORAGE_DAMAGED')) throw error
      return { outcome: 'refused', records: 0, entries: 0 }
    }
  }
}

export function injuryOf(i: number): Injury {
  return INJURIES[i % INJURIES.length] ?? 'flipped bit'
}

const PAGE = 4096

function hurt(bytes: Uint8Array, injury: Injury, seed: string): Uint8Array {
  const [a = 0, b = 0, c = 0, d = 0] = seededRandom(seed).bytes(4)
  const at = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
  const place = at % bytes.length
  if (injury === 'truncation') return bytes.subarray(0, place)
  const hurtBytes = Uint8Array.from(bytes)
  if (injury === 'flipped bit') hurtBytes[place] = (bytes[place] ?? 0) ^ (1 << (a & 7))
  else hurtBytes.fill(0, place - (place % PAGE), place - (place % PAGE) + PAGE)
  return hurtBytes
}
