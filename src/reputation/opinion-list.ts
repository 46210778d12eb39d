import * as z from 'zod'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { unsigned } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { ERRORS, type ErrorCode, errorCodeOf } from '../errors.ts'
import { nameSchema } from '../identity/name.ts'
import { LIMITS } from '../limits.ts'

/** Under which name a member keeps its list. */
export const OPINION_LIST_NAME = 'list'

/** A warning. There is no form for praise: whoever wants to be preferred has to answer truly. */
export interface Opinion {
  readonly member: string
  /** What it has done, where the author says so, and this version knows the number. */
  readonly code: ErrorCode | undefined
}

const listSchema = z.strictObject({
  version: z.literal(1),
  opinions: z
    .array(z.strictObject({ member: nameSchema, code: unsigned.optional() }))
    .max(LIMITS.opinionsPerListMax)
})

/** One encoding of each list: in the order of the names. */
export function encodeOpinionList(opinions: readonly Opinion[]): Uint8Array {
  const inOrder = opinions.toSorted((a, b) => (a.member < b.member ? -1 : 1))
  return encodeCbor({
    version: 1,
    opinions: inOrder.map(({ member, code }) => ({
      member,
      ...(code === undefined ? {} : { code: ERRORS[code].number })
    }))
  })
}

/** Decodes the value of a record that its writer signed. Each member is warned of once. */
export function parseOpinionList(
  value: Uint8Array
): Verdict<readonly Opinion[], 'OPINION_LIST_INVALID'> {
  const decoded = decodeCbor(value, listSchema, LIMITS.opinionListBytesMax)
  if (!decoded.ok) return refuse('OPINION_LIST_INVALID')
  const { opinions } = decoded.value
  const isInOrder = opinions.every(
    ({ member }, i) => i === 0 || (opinions[i - 1]?.member ?? '') < member
  )
  if (!isInOrder) return refuse('OPINION_LIST_INVALID')
  return accept(
    opinions.map(({ member, code }) => ({
      member,
      code: code === undefined ? undefined : errorCodeOf(code)
    }))
  )
}
