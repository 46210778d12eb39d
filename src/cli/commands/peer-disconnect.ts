import { withReason } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const peer = input.argument('peer')
  const result = await context.call('peer.disconnect', { peer, ...withReason(input) })
  const what = result.disconnected ? 'disconnected from' : 'there was no connection to'
  return {
    json: result,
    text: (paint) => done(paint, `${what} ${result.nodeId}`),
    quiet: [result.nodeId],
    next: 'peerage peer ls'
  }
}
