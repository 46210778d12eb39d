import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { alignedFacts, type Report } from '../output.ts'
import { peerFacts } from '../peer-facts.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const peer = await context.call('peer.show', { peer: input.argument('peer') })
  const verb = peer.connected ? 'ping' : 'connect'
  return {
    json: peer,
    text: (paint) => [
      `${paint('strong', peer.node)} of ${peer.member}: ${peer.connected ? 'connected' : 'away'}`,
      ...alignedFacts(peerFacts(peer))
    ],
    quiet: [peer.nodeId],
    next: `peerage peer ${verb} ${peer.member}/${peer.node}`
  }
}
