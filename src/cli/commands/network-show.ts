import { formatDuration } from '../../encoding/duration.ts'
import type { Context } from '../context.ts'
import { done, type Report } from '../output.ts'

export async function run(context: Context): Promise<Report> {
  const network = await context.call('network.show', {})
  const { authority, frontDesk, trust } = network
  return {
    json: network,
    text: (paint) =>
      done(paint, `network ${paint('strong', network.name)}`, [
        ['network id', network.id],
        ['created', network.createdAt],
        ['authority', `${authority.fingerprint}${authority.local ? ' (key on this node)' : ''}`],
        ['front desk', frontDesk.length === 0 ? undefined : frontDesk.join(' ')],
        ['members', `${network.members} with ${network.nodes} nodes`],
        [
          'trust log',
          `size ${trust.size}, checkpoint ${formatDuration(trust.checkpointAgeMs)} old`
        ],
        ['root', trust.root]
      ]),
    quiet: [network.id],
    next: 'peerage member ls'
  }
}
