import { DAY, KIB, type Limit, limit, SECOND } from './limit.ts'

/** Bounds of what is kept and said about the behavior of others. */
export const REPUTATION_LIMITS = {
  reputationsMax: limit(10_000, 'members', 'kept with about 500 bytes each; the blandest go first'),
  reputationBytesMax: limit(8 * KIB, 'bytes', 'one of them as stored'),
  incidentsPerMemberMax: limit(16, 'codes', 'what explains a standing; the oldest is forgotten'),
  proofsPerMemberMax: limit(16, 'proofs', 'that have banned a member once and do so no more'),
  reportIdsPerMessageMax: limit(256, 'reports', 'asked about at once, 32 bytes each'),
  absencesMax: limit(4096, 'nodes', 'of which it is remembered that they did not answer'),
  reputationTickMs: limit(10 * SECOND, 'ms', 'how late the end of a ban is noticed'),
  reputationSaveMs: limit(30 * SECOND, 'ms', 'credit that a crash may lose; standings never'),
  banMsDefault: limit(7 * DAY, 'ms', 'by the operator, when neither --for nor --until is given'),
  banMsMin: limit(1 * SECOND, 'ms', 'a mistake otherwise'),
  banMsMax: limit(366 * DAY, 'ms', 'whoever shall never come back is revoked'),
  opinionListBytesMax: limit(
    12 * KIB,
    'bytes',
    'the kind opinions: the longest names, all of them'
  ),
  opinionsPerListMax: limit(128, 'opinions', 'whoever warns of more has stopped to choose'),
  opinionListLifetimeMs: limit(30 * DAY, 'ms', 'an opinion that nobody renews is none'),
  opinionListMsDefault: limit(7 * DAY, 'ms', 'when --for is not given'),
  opinionSubscriptionsMax: limit(16, 'members', 'whose lists are read, each from its holders'),
  opinionLookMs: limit(15 * SECOND, 'ms', 'how late a new list counts where it is not held')
} as const satisfies Record<string, Limit>
