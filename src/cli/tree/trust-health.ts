import type { CommandSpec } from '../command.ts'
import { PAGE, REASON } from './options.ts'

/** Of the group Trust: whether this node knows what it has to know, and what went wrong. */
export const TRUST_HEALTH: readonly CommandSpec[] = [
  {
    name: 'trust alarms',
    summary: 'list what an operator has to know of and decide',
    options: [{ flags: '--all', summary: 'also those that are over' }, ...PAGE],
    examples: ['peerage trust alarms'],
    method: 'trust.alarms',
    load: () => import('../commands/trust-alarms.ts')
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
