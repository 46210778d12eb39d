import { PeerageError } from '../errors.ts'

/** What a column of a STRICT table can hold here; no store uses integers above 2^53 or reals. */
export type SqlValue = null | number | string | Uint8Array

export type Row = Readonly<Record<string, SqlValue>>

/** The text in a column. Throws `STORAGE_DAMAGED` when the column holds anything else. */
export function readText(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw damaged(column)
  return value
}

/** The safe integer in a column. Throws `STORAGE_DAMAGED` when the column holds anything else. */
export function readInteger(row: Row, column: string): number {
  const value = row[column]
  if (!Number.isSafeInteger(value)) throw damaged(column)
  return value as number
}

/** The bytes in a column. Throws `STORAGE_DAMAGED` when the column holds anything else. */
export function readBytes(row: Row, column: string): Uint8Array {
  const value = row[column]
  if (!(value instanceof Uint8Array)) throw damaged(column)
  return value
}

function damaged(column: string): PeerageError {
  return new PeerageError('STORAGE_DAMAGED', { column })
}
