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
