import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const params = { ...(input.isSet('connected') ? { connected: true } : {}), ...pageOf(input) }
  return listReport(await context.call('peer.list', params), {
    heading: ['NODE', 'MEMBER', 'STATE', 'NODE ID', 'ADDRESS'],
    row: (peer) => [
      peer.node,
      peer.member,
      peer.connected ? 'connected' : 'away',
      peer.nodeId,
      peer.addresses[0] ?? ''
    ],
    id: (peer) => peer.nodeId,
    empty: 'no other nodes yet',
    next: 'peerage peer show NODE'
  })
}
