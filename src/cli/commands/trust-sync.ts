import { formatDuration } from '../../encoding/duration.ts'
import type { Context } from '../context.ts'
import { count, done, type Report } from '../output.ts'

export async function run(context: Context): Promise<Report> {
  const synced = await context.call('trust.sync', {})
  const failed = synced.peers.filter(({ code }) => code !== undefined)
  const first = failed[0]
  const what =
    synced.peers.length === 0
      ? 'no peer is connected to compare with'
      : `compared with ${count(synced.peers.length, 'peer')}, ${count(synced.added, 'entry', 'entries')} new`
  return {
    json: synced,
    text: (paint) =>
      done(paint, what, [
        ['size', String(synced.size)],
        ['root', synced.root],
        ['checkpoint', `${formatDuration(synced.checkpointAgeMs)} old`],
        [
          'failed',
          first === undefined
            ? undefined
            : `${failed.length}, the first ${first.member}/${first.node}: ${first.code}`
        ]
      ]),
    quiet: [String(synced.added)],
    next: synced.peers.length === 0 ? 'peerage peer ls' : 'peerage trust head'
  }
}
