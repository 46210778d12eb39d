import type { ResultOf } from '../../control/methods/index.ts'
import { formatDuration } from '../../encoding/duration.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import {
  alignedFacts,
  count,
  createPaint,
  LINES_MAX,
  type Paint,
  printable,
  type Report
} from '../output.ts'

const EVERY_MS = 2_000
const CLEAR = '\u001b[H\u001b[J'
const PEERS_MAX = 4

type Metrics = ResultOf<'node.metrics'>['metrics']

interface Look {
  readonly status: ResultOf<'node.status'>
  readonly peers: ResultOf<'peer.list'>['items']
  readonly metrics: Metrics
}

/** One look where nobody watches; on a terminal one after the other, until a signal. */
export async function run(context: Context, input: Input): Promise<Report | undefined> {
  const { environment, settings } = context
  if (input.isSet('once') || environment.stdout.isTTY !== true || settings.json) {
    const seen = await look(context)
    const { status, peers } = seen
    return {
      json: { status, peers, totals: totalsOf(seen.metrics) },
      text: (paint) => screen(paint, seen),
      quiet: [status.state]
    }
  }
  const paint = createPaint(settings.color)
  let isOver = false
  const stop = Promise.withResolvers<void>()
  const stopListening = environment.onStopSignal(() => {
    isOver = true
    stop.resolve()
  })
  try {
    while (!isOver) {
      const lines = screen(paint, await look(context))
      environment.stdout.write(`${CLEAR}${lines.join('\n')}\n`)
      await Promise.race([stop.promise, next(context)])
    }
  } finally {
    stopListening()
  }
  return undefined
}

function next({ environment }: Context): Promise<void> {
  return new Promise((resolve) => {
    environment.scheduler.after(EVERY_MS, resolve)
  })
}

async function look(context: Context): Promise<Look> {
  const status = await context.call('node.status', {})
  const { items: peers } = await context.call('peer.list', { connected: true, limit: PEERS_MAX })
  const { metrics } = await context.call('node.metrics', {})
  return { status, peers, metrics }
}

/** The sum of all samples of each metric that is no histogram. */
function totalsOf(metrics: Metrics): Readonly<Record<string, number>> {
  return Object.fromEntries(
    metrics
      .filter(({ type }) => type !== 'histogram')
      .map(({ name, samples }) => [name, samples.reduce((sum, { value }) => sum + value, 0)])
  )
}

function screen(paint: Paint, { status, peers, metrics }: Look): string[] {
  const totals = totalsOf(metrics)
  const total = (name: string) => Math.round(totals[name] ?? 0)
  const loop = metrics.find(({ name }) => name === 'peerage_loop_delay_seconds')?.samples ?? []
  const p99 = loop.find(({ labels }) => labels['quantile'] === '0.99')?.value ?? 0
  const [worst] = status.attention
  const head =
    worst === undefined
      ? `${paint('good', '✔')} ${status.node} of ${status.member}, ${status.state} for ${formatDuration(status.uptimeMs)}`
      : `${paint('bad', '✖')} ${worst.code}  ${printable(worst.message)}`
  return [
    head,
    ...alignedFacts([
      [
        'peers',
        `${status.peers.connected} of ${total('peerage_nodes') - 1}, ${total('peerage_members_banned')} banned`
      ],
      [
        'admitted',
        `${total('peerage_admissions_total')}, ${total('peerage_refusals_total')} refused, ${total('peerage_closes_total')} closed`
      ],
      [
        'trust',
        `${count(status.trust.size, 'entry', 'entries')}, ${formatDuration(status.trust.checkpointAgeMs)} old`
      ],
      [
        'records',
        `${total('peerage_records')} of ${total('peerage_record_bytes')} bytes, ${total('peerage_record_updates_total')} updates`
      ],
      ['calls', `${total('peerage_rpc_requests_total')} of the control sockets`],
      [
        'loop',
        `p99 ${(p99 * 1000).toFixed(1)} ms; memory ${Math.round(total('process_resident_memory_bytes') / 1_048_576)} MiB`
      ],
      ['alarms', String(total('peerage_alarms'))]
    ]),
    ...peers.map(({ node, member, standing }) => `  ${node} of ${member}  ${standing}`)
  ].slice(0, LINES_MAX)
}
