import * as z from 'zod'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { unixMillis, unsigned } from '../encoding/schema.ts'
import { ERRORS, type ErrorCode, errorCodeOf, PeerageError } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { ReputationStore } from '../reputation/ledger.ts'
import { type Reputation, standingOf } from '../reputation/reputation.ts'
import type { Database } from './database.ts'
import { readBytes, readText } from './row.ts'

/** CBOR here has no fractions: points are kept in thousandths. */
const FRACTION = 1000

const points = unsigned.transform((value) => value / FRACTION)
const reason = z.string().max(LIMITS.reasonLengthMax)
/** By number, which is never reused; an error that this version lacks is one that it cannot show. */
const code = unsigned.transform((number): ErrorCode => errorCodeOf(number) ?? 'INTERNAL')

const schema = z.strictObject({
  version: z.literal(1),
  answers: unsigned,
  firstAnswer: unixMillis.nullable(),
  credit: points,
  faults: z.strictObject({ slight: points, minor: points, major: points, fatal: points }),
  at: unixMillis,
  earned: z.enum(['trusted', 'neutral', 'restricted', 'quarantined']),
  earnedSince: unixMillis,
  cause: code.nullable(),
  braked: z.boolean(),
  ban: z
    .strictObject({
      by: z.enum(['evidence', 'proof', 'operator']),
      since: unixMillis,
      until: unixMillis,
      code: code.nullable(),
      reason: reason.nullable()
    })
    .nullable(),
  allowance: z
    .strictObject({ since: unixMillis, until: unixMillis, reason: reason.nullable() })
    .nullable(),
  incidents: z
    .array(
      z.strictObject({
        code,
        times: unsigned,
        first: unixMillis,
        last: unixMillis,
        nodeId: z.string().transform((text) => text as NodeId)
      })
    )
    .max(LIMITS.incidentsPerMemberMax),
  proofs: z.array(z.string().max(LIMITS.nameLengthMax + 1)).max(LIMITS.proofsPerMemberMax)
})

/** Reputations on disk. Throws `STORAGE_DAMAGED` for a row that is none, and what the database throws. */
export function createReputationStore(db: Database): ReputationStore {
  const select = db.prepare('SELECT member, bytes FROM reputations')
  const upsert = db.prepare(
    `INSERT INTO reputations VALUES (?, ?, ?, ?) ON CONFLICT (member) DO UPDATE SET
     standing = excluded.standing, banned_until = excluded.banned_until, bytes = excluded.bytes`
  )
  const remove = db.prepare('DELETE FROM reputations WHERE member = ?')
  return {
    load: () => select.all().map((row) => decode(readText(row, 'member'), readBytes(row, 'bytes'))),
    save(reputations) {
      db.transaction(() => {
        for (const reputation of reputations) {
          const { member, at, ban } = reputation
          upsert.run(member, standingOf(reputation, at), ban?.until ?? null, encode(reputation))
        }
      })
    },
    remove(member) {
      remove.run(member)
    }
  }
}

function encode(reputation: Reputation): Uint8Array {
  const { credit, faults, at, earned, earnedSince, cause, braked, proofs } = reputation
  const { answers, firstAnswer, ban, allowance, incidents } = reputation
  const thousandths = (value: number) => Math.round(value * FRACTION)
  const numberOf = (fault: ErrorCode | undefined) =>
    fault === undefined ? null : ERRORS[fault].number
  return encodeCbor({
    ...{ version: 1, answers, firstAnswer: firstAnswer ?? null, credit: thousandths(credit) },
    faults: {
      slight: thousandths(faults.slight),
      minor: thousandths(faults.minor),
      major: thousandths(faults.major),
      fatal: thousandths(faults.fatal)
    },
    ...{ at, earned, earnedSince, cause: numberOf(cause), braked, proofs },
    ban:
      ban === undefined ? null : { ...ban, code: numberOf(ban.code), reason: ban.reason ?? null },
    allowance: allowance === undefined ? null : { ...allowance, reason: allowance.reason ?? null },
    incidents: incidents.map((incident) => ({ ...incident, code: numberOf(incident.code) }))
  })
}

function decode(member: string, bytes: Uint8Array): Reputation {
  const decoded = decodeCbor(bytes, schema, LIMITS.reputationBytesMax)
  if (!decoded.ok) throw new PeerageError('STORAGE_DAMAGED', { table: 'reputations' })
  const { version: _, firstAnswer, cause, ban, allowance, ...rest } = decoded.value
  return {
    ...{ member, ...rest },
    firstAnswer: firstAnswer ?? undefined,
    cause: cause ?? undefined,
    ban:
      ban === null
        ? undefined
        : { ...ban, code: ban.code ?? undefined, reason: ban.reason ?? undefined },
    allowance:
      allowance === null ? undefined : { ...allowance, reason: allowance.reason ?? undefined }
  }
}
