import type { CommandSpec } from '../command.ts'
import { DRY_RUN, PAGE, REASON } from './options.ts'

/** Whether this node knows what it has to know, and what went wrong. */
export const TRUST_HEALTH: readonly CommandSpec[] = [
  {
    name: 'trust acks',
    summary: 'say which nodes have applied an entry of the trust log',
    arguments: [{ name: 'entry', summary: 'its number (else the newest)', optional: true }],
    examples: ['peerage trust acks 12'],
    method: 'trust.acks',
    load: () => import('../commands/trust-acks.ts')
  },
  {
    name: 'trust alarms',
    summary: 'list what an operator has to know of and decide',
    options: [{ flags: '--all', summary: 'also those that are over' }, ...PAGE],
    examples: ['peerage trust alarms'],
    method: 'trust.alarms',
    load: () => import('../commands/trust-alarms.ts')
  },
  {
    name: 'trust sync',
    summary: 'compare the trust log with all connected peers now',
    examples: ['peerage trust sync'],
    method: 'trust.sync',
    load: () => import('../commands/trust-sync.ts')
  },
  {
    name: 'trust evidence',
    summary: 'write the proof that an authority key has signed two histories',
    options: [
      { flags: '--out FILE', summary: 'the file', required: true },
      { flags: '--key FINGERPRINT', summary: 'which key, where there are several' }
    ],
    examples: ['peerage trust evidence --out fork.proof'],
    method: 'trust.evidence',
    load: () => import('../commands/trust-evidence.ts')
  },
  {
    name: 'trust resolve',
    summary: 'decide which of two signed histories this node goes on with',
    options: [
      { flags: '--keep', summary: 'the one it has' },
      { flags: '--switch', summary: 'the one its peers have, from the next start on' },
      { flags: '--key FINGERPRINT', summary: 'which key, where there are several' },
      DRY_RUN,
      REASON
    ],
    examples: ["peerage trust resolve --keep --reason 'hq says so'"],
    method: 'trust.resolve',
    load: () => import('../commands/trust-resolve.ts')
  },
  {
    name: 'trust acknowledge',
    summary: 'mark an alarm as seen: it asks for no attention any more',
    arguments: [{ name: 'alarm', summary: 'its number' }],
    options: [REASON],
    examples: ["peerage trust acknowledge 3 --reason 'being replaced'"],
    method: 'trust.acknowledge',
    load: () => import('../commands/trust-acknowledge.ts')
  }
]
