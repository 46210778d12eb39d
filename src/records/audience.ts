import * as z from 'zod'
import { compareBytes, utf8 } from '../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { nameSchema } from '../identity/name.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Writers } from './writer.ts'

/** For whom a value is sealed: `group:NAME` and `member:NAME`, in the order of their bytes. */
export type Audience = readonly string[]

const CLAUSE = /^(group|member):(.+)$/

export const audienceSchema: z.ZodType<Audience> = z
  .array(z.string().refine((clause) => isClause(clause)))
  .min(1)
  .max(LIMITS.sealedClausesMax)
  .refine((clauses) => clauses.every((clause, i) => i === 0 || (clauses[i - 1] ?? '') < clause))

/** Sorts what a person typed. Fault: `RECORD_READERS_INVALID`. */
export function parseAudience(
  clauses: readonly string[]
): Verdict<Audience, 'RECORD_READERS_INVALID'> {
  const sorted = [...new Set(clauses)].sort()
  return audienceSchema.safeParse(sorted).success
    ? accept(sorted)
    : refuse('RECORD_READERS_INVALID', { expected: 'group:NAME or member:NAME' })
}

function isClause(text: string): boolean {
  return nameSchema.safeParse(CLAUSE.exec(text)?.[2]).success
}

export interface Readers extends Pick<Writers, 'groupsOf'> {
  liveNodes(): readonly { readonly nodeId: NodeId; readonly member: string }[]
}

/**
 * The nodes that can open what is sealed now, in the order of their bytes: all live nodes of the
 * audience and of the author's member, which has to write the next version.
 */
export function nodesOf(
  audience: Audience,
  author: string,
  { liveNodes, groupsOf }: Readers
): readonly NodeId[] {
  const isReader = (member: string) =>
    member === author ||
    audience.includes(`member:${member}`) ||
    groupsOf(member).some((group) => audience.includes(`group:${group}`))
  return liveNodes()
    .filter(({ member }) => isReader(member))
    .map(({ nodeId }) => nodeId)
    .sort((a, b) => compareBytes(utf8(a), utf8(b)))
}
