import * as z from 'zod'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { PeerageError } from '../errors.ts'
import { nameSchema } from '../identity/name.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Database } from './database.ts'
import { type Row, readBytes, readInteger, readText } from './row.ts'

/**
 * An invite as the authority remembers it. The secret itself is nowhere on disk. Whether it was
 * used is not here either: the trust log says so, in the very write that enrolls the node.
 */
export interface StoredInvite {
  readonly id: string
  /** SHA-256 of the secret. */
  readonly secretHash: Uint8Array
  readonly member: string
  readonly node: string
  readonly groups: readonly string[]
  readonly createdAt: UnixMillis
  readonly expiresAt: UnixMillis
  readonly revokedAt: UnixMillis | undefined
}

export interface InvitePage {
  readonly invites: readonly StoredInvite[]
  /** Where the list goes on; undefined when nothing follows. */
  readonly next: number | undefined
}

/** The invites of this authority. Every change is on disk when the call returns. */
export interface InviteStore {
  add(invite: Omit<StoredInvite, 'revokedAt'>): void
  load(id: string): StoredInvite | undefined
  /** The first revocation stands; one of an unknown invite changes nothing. */
  revoke(id: string, now: UnixMillis): void
  /** Ids of the invites that are neither revoked nor past their end, used ones included. */
  unexpired(now: UnixMillis): readonly string[]
  /** In the order of creation, after the place `after` of an earlier page. */
  page(limit: number, after?: number): InvitePage
}

const groupsSchema = z.array(nameSchema).max(LIMITS.groupsPerNodeMax)

/** Throws what {@link Database} throws. */
export function createInviteStore(db: Database): InviteStore {
  const insert = db.prepare(
    `INSERT INTO invites (id, secret_hash, member, node, groups, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`
  )
  const select = db.prepare('SELECT * FROM invites WHERE id = ?')
  const revoke = db.prepare(
    'UPDATE invites SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL'
  )
  const unexpired = db.prepare(
    'SELECT id FROM invites WHERE revoked_at IS NULL AND expires_at > ? ORDER BY place'
  )
  const page = db.prepare('SELECT * FROM invites WHERE place > ? ORDER BY place LIMIT ?')

  return {
    add({ id, secretHash, member, node, groups, createdAt, expiresAt }) {
      insert.run(id, secretHash, member, node, encodeCbor(groups), createdAt, expiresAt)
    },
    load(id) {
      const row = select.get(id)
      return row === undefined ? undefined : readInvite(row)
    },
    revoke(id, now) {
      revoke.run(id, now)
    },
    unexpired: (now) => unexpired.all(now).map((row) => readText(row, 'id')),
    page(limit, after = 0) {
      // One row more than asked for tells whether anything follows.
      const rows = page.all(after, limit + 1)
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      const isMore = rows.length > shown.length && last !== undefined
      return {
        invites: shown.map(readInvite),
        next: isMore ? readInteger(last, 'place') : undefined
      }
    }
  }
}

function readInvite(row: Row): StoredInvite {
  const groups = decodeCbor(readBytes(row, 'groups'), groupsSchema, LIMITS.inviteBytesMax)
  if (!groups.ok) throw new PeerageError('STORAGE_DAMAGED', { column: 'groups' })
  return {
    id: readText(row, 'id'),
    secretHash: readBytes(row, 'secret_hash'),
    member: readText(row, 'member'),
    node: readText(row, 'node'),
    groups: groups.value,
    createdAt: readInteger(row, 'created_at'),
    expiresAt: readInteger(row, 'expires_at'),
    revokedAt: row['revoked_at'] === null ? undefined : readInteger(row, 'revoked_at')
  }
}
