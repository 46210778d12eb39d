/**
 * Loaded into a daemon before its own code, as a control: it says "committed" at once and commits
 * later, as stores do that sync every now and then. A crash takes back what was acknowledged.
 */
import { DatabaseSync } from 'node:sqlite'

const LATER_MS = 5_000
const open = new Set<DatabaseSync>()
const { exec } = DatabaseSync.prototype

DatabaseSync.prototype.exec = function lazily(sql: string): void {
  const isOpen = open.has(this) && this.isTransaction
  if (sql === 'COMMIT') open.add(this)
  else if (!(sql === 'BEGIN IMMEDIATE' && isOpen)) exec.call(this, sql)
}

setInterval(() => {
  for (const db of open) if (db.isOpen && db.isTransaction) exec.call(db, 'COMMIT')
  open.clear()
}, LATER_MS).unref()
