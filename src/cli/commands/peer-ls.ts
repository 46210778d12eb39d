import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  return listReport({ context, input }, await peersOf(context, input), {
    heading: ['NODE', 'MEMBER', 'STATE', 'STANDING', 'ADDRESS'],
    row: (peer) => [
      peer.node,
      peer.member,
      peer.connected ? 'connected' : 'away',
      peer.standing,
      // A line of a screen: its node id, and why it stands so, are in peer show.
      (peer.addresses[0] ?? '').replace(/\/p2p\/[^/]*$/, '')
    ],
    id: (peer) => peer.nodeId,
    empty: 'no other nodes yet',
    next: 'peerage peer show NODE'
  })
}

/**
 * A person is shown the connected ones first; the order of the method is that of enrollment, so
 * that pages follow from each other while connections come and go.
 */
async function peersOf(context: Context, input: Input) {
  const page = pageOf(input)
  if (input.isSet('connected')) return await context.call('peer.list', { connected: true, ...page })
  const isForPeople = !context.settings.json && !context.settings.quiet
  if (!isForPeople || Object.keys(page).length > 0) return await context.call('peer.list', page)
  const near = await context.call('peer.list', { connected: true })
  const far = await context.call('peer.list', { connected: false })
  const nextCursor = near.nextCursor ?? far.nextCursor
  return { items: [...near.items, ...far.items], nextCursor }
}
