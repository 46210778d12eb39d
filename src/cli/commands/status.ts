import type { Context } from '../context.ts'
import { formatDuration } from '../duration.ts'
import { count, done, type Report } from '../output.ts'

export async function run(context: Context): Promise<Report> {
  const status = await context.call('node.status', {})
  const { certificate, trust } = status
  return {
    json: status,
    text: (paint) =>
      done(paint, `${status.state}, ${count(status.peers.connected, 'peer')} connected`, [
        ['node', `${status.node} of ${status.member}`],
        ['groups', status.groups.length === 0 ? undefined : status.groups.join(', ')],
        ['node id', status.nodeId],
        ['network', `${status.network.name}  ${status.network.id}`],
        ['listening', status.listen.length === 0 ? 'nowhere' : status.listen.join(' ')],
        ['certificate', `${certificate.serial}, until ${certificate.notAfter}`],
        [
          'trust log',
          `${count(trust.size, 'entry', 'entries')}, checkpoint ${formatDuration(trust.checkpointAgeMs)} old`
        ],
        ['running', `for ${formatDuration(status.uptimeMs)}, version ${status.version}`]
      ]),
    quiet: [status.state],
    next: 'peerage peer ls'
  }
}
