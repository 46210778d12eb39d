import type { CommandSpec } from '../command.ts'

/** Whether a node is well, for programs and for people. */
export const WATCH: readonly CommandSpec[] = [
  {
    name: 'healthcheck',
    summary: 'exit with 0 when the node is ready, 1 when it is not, 3 when there is none',
    options: [{ flags: '--live', summary: '0 also when it runs and is not ready' }],
    examples: ['peerage healthcheck --quiet'],
    method: 'node.health',
    load: () => import('../commands/healthcheck.ts')
  },
  {
    name: 'metrics',
    summary: 'print the metrics in the text format of Prometheus',
    examples: ['peerage metrics'],
    method: 'node.metrics',
    load: () => import('../commands/metrics.ts')
  },
  {
    name: 'doctor',
    summary: 'look for what is wrong here, and say how to correct it',
    examples: ['peerage doctor', 'peerage doctor --json'],
    load: () => import('../commands/doctor.ts')
  },
  {
    name: 'logs',
    summary: 'print what the node has logged',
    options: [
      { flags: '--lines N', summary: 'how many of the last lines' },
      { flags: '--follow', short: 'f', summary: 'and each that comes (-f), until Ctrl-C' }
    ],
    examples: ['peerage logs -f'],
    load: () => import('../commands/logs.ts')
  },
  {
    name: 'top',
    summary: 'watch what the node does',
    options: [{ flags: '--once', summary: 'one look, for scripts' }],
    examples: ['peerage top'],
    load: () => import('../commands/top.ts')
  }
]

export const BUGREPORT: CommandSpec = {
  name: 'bugreport',
  summary: 'write what helps to find a fault, and no secret, into a new file',
  options: [{ flags: '--out FILE', summary: 'the file (mode 0600)', required: true }],
  examples: ['peerage bugreport --out report.json'],
  load: () => import('../commands/bugreport.ts')
}
