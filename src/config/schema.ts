import * as z from 'zod'
import { parseDuration } from '../encoding/duration.ts'
import { LIMITS } from '../limits.ts'
import { parseRule } from '../protocols/diagnostics/handler.ts'

const LISTEN = /^\/(ip4|ip6)\/[^/]+\/tcp\/\d{1,5}$/
const listenAddress = z.string().max(256).regex(LISTEN, {
  error: 'expected a TCP multiaddr such as /ip4/0.0.0.0/tcp/4001'
})

const viewAge = z.string().refine(isViewAge, {
  error: 'expected a duration between 5m and 366d, such as 12h or 14d'
})

function isViewAge(text: string): boolean {
  const age = parseDuration(text)
  return age.ok && age.value >= LIMITS.viewAgeMsMin && age.value <= LIMITS.viewAgeMsMax
}

/** A listener without any authentication: what it tells stays on this machine. */
const loopbackAddress = z.string().regex(/^(127\.0\.0\.1|\[::1\]):\d{1,5}$/, {
  error: 'expected an address of this machine alone with a port, such as 127.0.0.1:9464'
})

/** Every setting of a node with its default; `peerage.toml` in the home holds what differs. */
export const configSchema = z.strictObject({
  listen: z
    .array(listenAddress)
    .min(1)
    .max(8)
    .default(['/ip4/0.0.0.0/tcp/0'])
    .describe(
      'Addresses on which members are admitted. Port 0 takes a free port at the first start and keeps it.'
    ),
  front_desk: z
    .array(listenAddress)
    .max(8)
    .default(['/ip4/0.0.0.0/tcp/0'])
    .describe(
      'Addresses on which strangers enroll with an invite. Used only where the authority key is.'
    ),
  announce: z
    .array(z.string().max(256))
    .max(8)
    .default([])
    .describe(
      'Addresses told to other members instead of the listening ones, for nodes behind NAT.'
    ),
  observe_socket: z
    .string()
    .max(LIMITS.socketPathBytesMax)
    .optional()
    .meta({
      description:
        'Path of the read-only socket outside of the home, mode 0660, in the directory of a monitoring group.',
      examples: ['/run/peerage/observe.sock']
    }),
  delegate_socket: z
    .string()
    .max(LIMITS.socketPathBytesMax)
    .optional()
    .meta({
      description:
        'Path of a socket that answers only to tokens, mode 0660, in the directory of a group whose programs act with a token each.',
      examples: ['/run/peerage/delegate.sock']
    }),
  auto_suspend: z
    .boolean()
    .default(false)
    .describe(
      'Suspend a member as soon as the key of one of its nodes is proved to be in use at two places. Used only where the authority key is.'
    ),
  grace_days: z
    .number()
    .int()
    .min(0)
    .max(LIMITS.graceDaysMax)
    .default(0)
    .describe(
      'How many days after the end of its certificate a node may still renew it at the front desk. Used only where the authority key is.'
    ),
  admission_view_age: viewAge.default('14d').meta({
    description:
      'The authority has not vouched for the view of this node for so long: it admits nobody until it has a newer checkpoint.',
    reload: true
  }),
  session_view_age: viewAge.default('28d').meta({
    description: 'For so long: open connections end, too. Not shorter than admission_view_age.',
    reload: true
  }),
  diagnostics: z
    .array(
      z
        .string()
        .max(2 * LIMITS.nameLengthMax)
        .refine((text) => parseRule(text) !== undefined, {
          error: 'expected what and who, such as version:group:operators or uptime:member:alice'
        })
    )
    .max(LIMITS.diagnosticsRulesMax)
    .default([])
    .meta({
      description:
        'Who may ask this node what about its state: version, uptime, trust, peers or clock, each for a group or a member. Nobody by default.',
      examples: [['version:group:operators']],
      reload: true
    }),
  record_disk_mib: z
    .number()
    .int()
    .min(LIMITS.recordDiskMibMin)
    .max(1_048_576)
    .default(LIMITS.recordDiskMibDefault)
    .describe(
      'What state.db may grow to by records, in MiB; the last tenth is kept for those of the own member. Beyond, and while the disk has less than 32 MiB free, records are refused with STORAGE_FULL.'
    ),
  metrics_listen: loopbackAddress.optional().meta({
    description:
      'Where Prometheus reads the metrics of this node, over HTTP at /metrics. An address of this machine only.',
    examples: ['127.0.0.1:9464']
  }),
  log_level: z.enum(['debug', 'info', 'warn', 'error']).default('info').meta({
    description:
      'Least level that is written to the log file of the home; where it is set, to standard error, too.',
    reload: true
  })
})

export type Config = z.infer<typeof configSchema>
export type SettingName = keyof Config

/** How old the view of a node may be before it admits nobody, and before open connections end. */
export function viewAges(config: Config): {
  readonly admissionMs: number
  readonly sessionMs: number
} {
  return { admissionMs: msOf(config.admission_view_age), sessionMs: msOf(config.session_view_age) }
}

/** The schema lets nothing else through. */
function msOf(text: string): number {
  const age = parseDuration(text)
  return age.ok ? age.value : Number.NaN
}
