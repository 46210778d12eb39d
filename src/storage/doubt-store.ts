import { PublicKey } from '../crypto/ed25519.ts'
import { PeerageError } from '../errors.ts'
import type { Decision, Doubt, DoubtStore } from '../trust/doubts.ts'
import type { Database } from './database.ts'
import { type Row, readBytes, readInteger, readText } from './row.ts'

const DECISIONS: readonly Decision[] = ['keep', 'switch', 'switched']

/** Throws what {@link Database} throws. */
export function createDoubtStore(db: Database): DoubtStore {
  const select = db.prepare('SELECT * FROM doubts')
  const upsert = db.prepare(
    `INSERT INTO doubts VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
     decision = excluded.decision, given_up_size = excluded.given_up_size,
     given_up_root = excluded.given_up_root`
  )
  return {
    load: () => select.all().map(readDoubt),
    save({ key, evidence, decision = null, givenUp }) {
      upsert.run(key.bytes, evidence, decision, givenUp?.size ?? null, givenUp?.root ?? null)
    }
  }
}

function readDoubt(row: Row): Doubt {
  const isGivenUp = row['given_up_size'] !== null
  return {
    key: new PublicKey(readBytes(row, 'key')),
    evidence: readBytes(row, 'evidence'),
    decision: row['decision'] === null ? undefined : parseDecision(readText(row, 'decision')),
    givenUp: isGivenUp
      ? { size: readInteger(row, 'given_up_size'), root: readBytes(row, 'given_up_root') }
      : undefined
  }
}

function parseDecision(text: string): Decision {
  const decision = DECISIONS.find((known) => known === text)
  if (decision === undefined) throw new PeerageError('STORAGE_DAMAGED', { table: 'doubts' })
  return decision
}
