import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const peer = input.argument('peer')
  const result = await context.call('peer.ping', { peer }, { doing: 'waiting for the answer' })
  const roundTrip = `${result.roundTripMs.toFixed(2)} ms`
  return {
    json: result,
    text: (paint) => done(paint, `${result.nodeId} answered in ${roundTrip}`),
    quiet: [roundTrip]
  }
}
