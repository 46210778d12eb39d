import { formatDuration } from '../../encoding/duration.ts'
import type { Context } from '../context.ts'
import { freshnessWords } from '../freshness-words.ts'
import { count, done, LINES_MAX, type Paint, printable, type Report } from '../output.ts'

type Fact = readonly [string, string | undefined]

interface Attention {
  readonly code: string
  readonly message: string
  readonly remedy: string
}

/** What makes room, first to last, when there is something more important to say. */
const DISPENSABLE = ['running', 'groups', 'node id', 'listening', 'trust log', 'certificate']
/** Beyond these, `--json` has them. */
const ATTENTION_MAX = 3

export async function run(context: Context): Promise<Report> {
  const status = await context.call('node.status', {})
  const { attention, certificate, trust } = status
  const facts: readonly Fact[] = [
    ['node', `${status.node} of ${status.member}`],
    ['groups', status.groups.length === 0 ? undefined : status.groups.join(', ')],
    ['node id', status.nodeId],
    ['network', `${status.network.name}  ${status.network.id}`],
    ['listening', status.listen.length === 0 ? 'nowhere' : status.listen.join(' ')],
    ['certificate', `${certificate.serial}, until ${certificate.notAfter}`],
    [
      'trust log',
      `${count(trust.size, 'entry', 'entries')}, checkpoint ${formatDuration(trust.checkpointAgeMs)} old; ${freshnessWords(trust.freshness)}`
    ],
    ['running', `for ${formatDuration(status.uptimeMs)}, version ${status.version}`]
  ]
  return {
    json: status,
    text: (paint) => {
      const first = attentionLines(paint, attention)
      const what = `${status.state}, ${count(status.peers.connected, 'peer')} connected`
      // One line says what is running, one what to do next.
      return [...first, ...done(paint, what, fitting(facts, LINES_MAX - first.length - 2))]
    },
    quiet: [status.state],
    next: 'peerage peer ls'
  }
}

function attentionLines(paint: Paint, items: readonly Attention[]): string[] {
  const shown = items.slice(0, ATTENTION_MAX)
  const lines = shown.flatMap(({ code, message, remedy }) => [
    `${paint('bad', '✖')} ${paint('strong', code)}  ${printable(message)}`,
    `  ${paint('strong', 'fix:')} ${printable(remedy)}`
  ])
  const more = items.length - shown.length
  return more === 0 ? lines : [...lines, `  … ${more} more (peerage status --json)`]
}

function fitting(facts: readonly Fact[], room: number): readonly Fact[] {
  let kept = facts.filter(([, value]) => value !== undefined)
  for (const name of DISPENSABLE) {
    if (kept.length <= room) break
    kept = kept.filter(([kind]) => kind !== name)
  }
  return kept
}
