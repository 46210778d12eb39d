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
  }
]
