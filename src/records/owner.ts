import * as z from 'zod'
import { LIMITS } from '../limits.ts'
import type { Kind } from './kind.ts'

const OWNER = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)?$/

/** Whose record it is: a member, `member/node`, or a group, as the writer policy of its kind says. */
export const ownerSchema = z.string().max(LIMITS.recordOwnerLengthMax).regex(OWNER)

/** A node of the network, as the rules of access see it. */
export interface Actor {
  readonly member: string
  readonly node: string
  /** Of the member, now. */
  readonly groups: readonly string[]
}

/**
 * Whether `actor` may write what `owner` has under this kind. In a dictionary every writer owns its
 * own entry. A single value of several writers belongs to a name on the list: a group, whose
 * members write it together, or one of the listed members. What the authority writes is about its
 * owner and never passes here: no node is the authority.
 */
export function ownsRecord(kind: Kind, owner: string, actor: Actor): boolean {
  const { writers } = kind
  if (writers.by === 'authority') return false
  if (writers.by === 'owner') return owner === actor.member
  if (writers.by === 'node') return owner === `${actor.member}/${actor.node}`
  if (kind.model === 'dictionary') return owner === actor.member && isListed(writers, actor)
  const isOwner = writers.names.includes(owner)
  return (
    isOwner && (writers.by === 'groups' ? actor.groups.includes(owner) : isListed(writers, actor))
  )
}

/** Whether the actor is among the members, or in one of the groups. */
export function isListed(
  { by, names }: { readonly by: 'groups' | 'members'; readonly names: readonly string[] },
  { member, groups }: Actor
): boolean {
  return by === 'members' ? names.includes(member) : groups.some((group) => names.includes(group))
}

/** Whose record is meant where no owner is named; undefined where that is not clear. */
export function defaultOwner(kind: Kind, actor: Actor): string | undefined {
  const { writers, model } = kind
  if (writers.by === 'authority') return undefined
  if (writers.by === 'node') return `${actor.member}/${actor.node}`
  if (writers.by === 'owner' || model === 'dictionary') return actor.member
  const { names } = writers
  if (writers.by === 'members' && names.includes(actor.member)) return actor.member
  const own = names.filter((name) => ownsRecord(kind, name, actor))
  const [first, ...others] = own.length > 0 ? own : names
  return others.length === 0 ? first : undefined
}
