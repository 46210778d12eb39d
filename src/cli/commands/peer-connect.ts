import { withReason } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { peerFacts } from '../peer-facts.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const address = input.text('address')
  const peer = await context.call(
    'peer.connect',
    {
      peer: input.argument('peer'),
      ...(address === undefined ? {} : { address }),
      ...withReason(input)
    },
    { doing: 'connecting' }
  )
  return {
    json: peer,
    text: (paint) => done(paint, `connected to ${peer.node} of ${peer.member}`, peerFacts(peer)),
    quiet: [peer.nodeId],
    next: `peerage peer ping ${peer.member}/${peer.node}`
  }
}
