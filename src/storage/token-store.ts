import * as z from 'zod'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Database } from './database.ts'
import { type Row, readBytes, readInteger, readText } from './row.ts'

/** A token of the control socket as the node remembers it: its root key, and what it was made for. */
export interface StoredToken {
  readonly id: string
  readonly rootKey: Uint8Array
  /** Names and `noun.*`; empty for all. */
  readonly methods: readonly string[]
  readonly readsOnly: boolean
  readonly createdAt: UnixMillis
  readonly expiresAt: UnixMillis
}

export interface TokenPage {
  readonly tokens: readonly StoredToken[]
  /** Where the list goes on; undefined when nothing follows. */
  readonly next: number | undefined
}

/** Every change is on disk when the call returns. */
export interface TokenStore {
  add(token: StoredToken): void
  load(id: string): StoredToken | undefined
  /** False when there is none. */
  remove(id: string): boolean
  removeExpired(now: UnixMillis): void
  count(): number
  /** In the order of creation, after the place `after` of an earlier page. */
  page(limit: number, after?: number): TokenPage
}

const methodsSchema = z.array(z.string()).max(LIMITS.tokenMethodsMax)

/** Throws what {@link Database} throws. */
export function createTokenStore(db: Database): TokenStore {
  const insert = db.prepare(
    `INSERT INTO tokens (id, root_key, methods, reads_only, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?)`
  )
  const select = db.prepare('SELECT * FROM tokens WHERE id = ?')
  const remove = db.prepare('DELETE FROM tokens WHERE id = ? RETURNING place')
  const removeExpired = db.prepare('DELETE FROM tokens WHERE expires_at <= ?')
  const count = db.prepare('SELECT count(*) AS tokens FROM tokens')
  const page = db.prepare('SELECT * FROM tokens WHERE place > ? ORDER BY place LIMIT ?')

  return {
    add({ id, rootKey, methods, readsOnly, createdAt, expiresAt }) {
      insert.run(id, rootKey, encodeCbor(methods), readsOnly ? 1 : 0, createdAt, expiresAt)
    },
    load(id) {
      const row = select.get(id)
      return row === undefined ? undefined : readToken(row)
    },
    remove: (id) => remove.get(id) !== undefined,
    removeExpired(now) {
      removeExpired.run(now)
    },
    count() {
      const row = count.get()
      return row === undefined ? 0 : readInteger(row, 'tokens')
    },
    page(limit, after = 0) {
      // One row more than asked for tells whether anything follows.
      const rows = page.all(after, limit + 1)
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      const isMore = rows.length > shown.length && last !== undefined
      return { tokens: shown.map(readToken), next: isMore ? readInteger(last, 'place') : undefined }
    }
  }
}

function readToken(row: Row): StoredToken {
  const methods = decodeCbor(readBytes(row, 'methods'), methodsSchema, LIMITS.tokenCaveatBytesMax)
  if (!methods.ok) throw new PeerageError('STORAGE_DAMAGED', { table: 'tokens' })
  return {
    id: readText(row, 'id'),
    rootKey: readBytes(row, 'root_key'),
    methods: methods.value,
    readsOnly: readInteger(row, 'reads_only') === 1,
    createdAt: readInteger(row, 'created_at'),
    expiresAt: readInteger(row, 'expires_at')
  }
}
