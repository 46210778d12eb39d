import { LIMITS } from '../limits.ts'
import type { Kind } from './kind.ts'

/** Short text of a member, for people and scripts. */
export const NOTE: Kind = {
  name: 'note',
  model: 'single',
  writers: { by: 'owner' },
  readers: { by: 'network' },
  valueBytesMax: LIMITS.noteValueBytesMax,
  recordsMax: LIMITS.noteRecordsMax,
  lifetimeMs: LIMITS.noteLifetimeMs,
  versionsKept: 4,
  copies: LIMITS.kindCopiesDefault,
  quorum: LIMITS.kindQuorumDefault,
  ofRevoked: 'drop'
}

/** What a member says about itself. */
export const PROFILE: Kind = {
  ...NOTE,
  name: 'profile',
  valueBytesMax: LIMITS.profileValueBytesMax,
  recordsMax: LIMITS.profileRecordsMax
}

/** What a node offers; only the node itself can say so. */
export const SERVICE: Kind = {
  ...NOTE,
  name: 'service',
  writers: { by: 'node' },
  valueBytesMax: LIMITS.serviceValueBytesMax,
  recordsMax: LIMITS.serviceRecordsMax,
  lifetimeMs: LIMITS.serviceLifetimeMs
}

/** For whom a member seals values; see ring.ts. Every reader needs it, so it outlives what it opens. */
export const SEALING: Kind = {
  ...NOTE,
  name: 'sealing',
  recordsMax: LIMITS.sealingRecordsMax,
  lifetimeMs: LIMITS.sealingLifetimeMs,
  versionsKept: 1
}

/** Of whom a member warns; see reputation/opinion-list.ts. */
export const OPINIONS: Kind = {
  ...NOTE,
  name: 'opinions',
  valueBytesMax: LIMITS.opinionListBytesMax,
  recordsMax: 1,
  lifetimeMs: LIMITS.opinionListLifetimeMs,
  versionsKept: 1
}

/**
 * What every network has without a declaration; the trust log can declare the same name with other
 * bounds. Addresses are no kind: they are needed before a record can be found, and have a protocol
 * of their own.
 */
export const BUILT_IN_KINDS: readonly Kind[] = [NOTE, PROFILE, SERVICE, SEALING, OPINIONS]
