import * as z from 'zod'
import { LIMITS } from '../limits.ts'

/**
 * What parameters and results are made of. Bytes are base64url without padding, hashes `sha256:` and
 * 64 hex digits, times RFC 3339 in UTC with milliseconds, durations integer milliseconds with a name
 * that ends in `Ms`.
 */
export const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
export const text = (lengthMax: number) => z.string().min(1).max(lengthMax)

export const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
export const hash = z.string().regex(/^sha256:[0-9a-f]{64}$/)
export const base64url = z.string().regex(/^[A-Za-z0-9_-]*$/)
export const nodeId = z.string().regex(/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/)
export const networkId = z.string().regex(/^[a-z2-7]{52}$/)
export const serial = z.string().regex(/^[0-9a-f]{32}$/)
export const name = text(LIMITS.nameLengthMax).regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/)
/** A member, `member/node`, or a group: whose record it is, as its kind says. */
export const owner = text(LIMITS.recordOwnerLengthMax).regex(
  /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)?$/
)
export const groups = z.array(name).max(LIMITS.groupsPerNodeMax)
export const attributes = z.record(name, text(LIMITS.attributeLengthMax))
export const address = text(LIMITS.addressBytesMax)

/** A node by its id, by `member/node`, or by its node name where only one member has such a node. */
export const nodeReference = text(2 * LIMITS.nameLengthMax + 1).describe(
  'A node id, member/node, or a node name that only one member has'
)
export const reason = text(LIMITS.reasonLengthMax)
  .optional()
  .describe('Why; kept in the log of the node and, where an entry has a reason, in the trust log')

export const idempotencyKey = text(LIMITS.idempotencyKeyLengthMax)
  .optional()
  .describe('The same key with the same parameters runs once and gives the first result again')

export const page = {
  limit: z.number().int().min(1).max(LIMITS.pageItemsMax).default(LIMITS.pageItemsDefault),
  cursor: text(LIMITS.cursorLengthMax).optional().describe('The nextCursor of the page before')
}

/** One page of a list; the list ends where `nextCursor` is null. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
