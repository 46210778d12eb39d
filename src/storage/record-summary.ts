import type { Database } from './database.ts'

export interface KindSummary {
  readonly kind: string
  readonly records: number
  readonly bytes: number
}

/** How many records of each kind are held. */
export function createRecordSummary(db: Database): () => readonly KindSummary[] {
  const select = db.prepare(
    'SELECT kind, count(*) AS records, sum(size) AS bytes FROM records GROUP BY kind ORDER BY kind'
  )
  return () =>
    select.all().map((row) => ({
      kind: String(row['kind']),
      records: Number(row['records']),
      bytes: Number(row['bytes'])
    }))
}

export interface FullestOwner {
  readonly kind: string
  /** Of the owner that has the most of this kind here. */
  readonly records: number
}

/** How many records of each kind the owner has that has the most. */
export function createFullestOwners(db: Database): () => readonly FullestOwner[] {
  const select = db.prepare(
    `SELECT kind, max(records) AS records FROM (
       SELECT kind, count(*) AS records FROM record_versions WHERE is_stored = 1 GROUP BY owner, kind
     ) GROUP BY kind ORDER BY kind`
  )
  return () =>
    select.all().map((row) => ({ kind: String(row['kind']), records: Number(row['records']) }))
}
