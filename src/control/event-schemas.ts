import * as z from 'zod'
import { LIMITS } from '../limits.ts'
import { STANDINGS } from '../reputation/standing.ts'
import { hash, name, nodeId, owner, time } from './forms.ts'

const count = z.number().int().nonnegative()
const direction = z.enum(['inbound', 'outbound'])
const alarm = z.object({ id: count, code: z.string(), subject: z.string() })

/** What can happen, with the facts that each event carries. */
export const eventData = {
  'node.ready': z.object({ nodeId }),
  'node.stopping': z.object({ reason: z.string() }),
  'config.reloaded': z.object({ applied: z.array(z.string()), later: z.array(z.string()) }),
  'peer.admitted': z.object({ nodeId, node: name, member: name, direction }),
  'peer.refused': z.object({ nodeId: nodeId.optional(), code: z.string(), direction }),
  'peer.closed': z.object({ nodeId, code: z.string().optional() }),
  'reputation.changed': z.object({
    member: name,
    standing: z.enum(STANDINGS),
    before: z.enum(STANDINGS),
    reason: z.string(),
    until: time.optional()
  }),
  'opinion.changed': z.object({
    member: name,
    opinions: count,
    expiresAt: time.optional(),
    code: z.string().optional()
  }),
  'cert.renewed': z.object({ serial: z.string(), notAfter: time }),
  'cert.two-lineages': z.object({ nodeId, serial: z.string() }),
  'authority.unlocked': z.object({ locksAt: time }),
  'authority.locked': z.object({}),
  'authority.proposal': z.object({
    id: z.string(),
    type: z.string(),
    approvals: count,
    rejections: count
  }),
  'trust.advanced': z.object({ size: count, root: hash, added: count }),
  'record.updated': z.object({ kind: z.string(), owner, name: z.string(), version: count }),
  'alarm.raised': alarm,
  'alarm.cleared': alarm,
  'invite.used': z.object({ id: z.string(), member: name, node: name, nodeId })
} as const

export type Topic = keyof typeof eventData
export type EventData<T extends Topic> = z.output<(typeof eventData)[T]>

export const topics = Object.keys(eventData) as Topic[]
const nouns = [...new Set(topics.map((topic) => topic.slice(0, topic.indexOf('.'))))]
/** What a subscriber may ask for: a topic, all topics of a noun, or everything. */
export const topicPatterns = [...topics, ...nouns.map((noun) => `${noun}.*`), '*']

const cursor = z.string().min(1).max(LIMITS.cursorLengthMax)
const subscriptionId = z.string().min(1).max(LIMITS.nameLengthMax)

export const eventsSubscribeParams = z.strictObject({
  topics: z
    .array(z.enum(topicPatterns))
    .min(1)
    .max(LIMITS.topicsPerSubscriptionMax)
    .default(['*'])
    .describe('Topics, whole nouns, or everything'),
  since: cursor
    .optional()
    .describe('Continues after this cursor; EVENTS_LAGGED where events were lost since')
})
export const eventsSubscribeResult = z.object({ subscriptionId, cursor })
export const eventsUnsubscribeParams = z.strictObject({ subscriptionId })
export const eventsUnsubscribeResult = z.object({ subscriptionId })

/** Parameters of the notification `events.event`. */
export const eventNotification = z.object({
  subscriptionId,
  cursor,
  topic: z.enum(topics),
  time,
  data: z.record(z.string(), z.unknown())
})

/** Parameters of the notification `events.lagged`, the last one before the connection ends. */
export const laggedNotification = z.object({
  subscriptionId,
  dropped: count,
  error: z.object({
    code: z.number(),
    message: z.string(),
    data: z.record(z.string(), z.unknown())
  })
})
