import type { CommandSpec, OptionSpec } from '../command.ts'
import { KEY, PAGE, REASON } from './options.ts'

const SUBJECT = { name: 'peer', summary: 'member, or one of its nodes' }
const END: readonly OptionSpec[] = [
  { flags: '--for DUR', summary: 'how long, like 12h or 30d (else 7d)' },
  { flags: '--until TIME', summary: 'or until then, like 2026-01-31T12:00:00Z' }
]

/** How peers behave, and what the operator makes of it; a part of the group of peers. */
export const REPUTATION: readonly CommandSpec[] = [
  {
    name: 'peer ban',
    summary: 'cut and refuse a member with all its nodes for some time',
    arguments: [SUBJECT],
    options: [...END, REASON, KEY],
    examples: ["peerage peer ban mallory --for 24h --reason 'port scan'"],
    method: 'peer.ban',
    load: () => import('../commands/peer-ban.ts')
  },
  {
    name: 'peer unban',
    summary: 'end a ban or an allowance and forgive what led to it',
    arguments: [SUBJECT],
    options: [REASON, KEY],
    examples: ['peerage peer unban mallory'],
    method: 'peer.unban',
    load: () => import('../commands/peer-unban.ts')
  },
  {
    name: 'peer allow',
    summary: 'keep a member in for some time, whatever the evidence',
    arguments: [SUBJECT],
    options: [...END, REASON, KEY],
    examples: ["peerage peer allow bob --for 1h --reason 'load test'"],
    method: 'peer.allow',
    load: () => import('../commands/peer-allow.ts')
  },
  {
    name: 'reputation ls',
    summary: 'list how the members stand with this node, the worst first',
    options: PAGE,
    examples: ['peerage reputation ls'],
    method: 'reputation.list',
    load: () => import('../commands/reputation-ls.ts')
  },
  {
    name: 'reputation show',
    summary: 'show what a standing is made of and what would change it',
    arguments: [SUBJECT],
    examples: ['peerage reputation show bob'],
    method: 'reputation.show',
    load: () => import('../commands/reputation-show.ts')
  },
  {
    name: 'reputation list',
    summary: 'opinions about members: publish a list, or read those of others',
    arguments: [
      { name: 'step', summary: 'ls, publish, subscribe or unsubscribe' },
      { name: 'member', summary: 'whose list', optional: true }
    ],
    options: [
      { flags: '--about PEER', summary: 'publish: of whom (else all below neutral)', repeat: true },
      { flags: '--for DUR', summary: 'publish: how long it counts (else 7d)' },
      REASON,
      ...PAGE
    ],
    examples: ['peerage reputation list publish --about mallory --for 3d'],
    load: () => import('../commands/reputation-list.ts')
  },
  {
    name: 'reputation report',
    summary: 'list, show, submit, verify or export proofs of misbehavior',
    arguments: [
      { name: 'step', summary: 'ls, show, submit, verify or export' },
      { name: 'report', summary: 'its id, or the file', optional: true }
    ],
    options: [
      { flags: '--out FILE', summary: 'export: the file' },
      { flags: '--network ID', summary: 'verify: the network that it is about' },
      ...PAGE
    ],
    examples: [
      'peerage reputation report ls',
      'peerage reputation report verify fork.report --network ID'
    ],
    load: () => import('../commands/reputation-report.ts')
  }
]
