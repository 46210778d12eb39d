import { withReason } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const locked = await context.call('authority.lock', withReason(input))
  return {
    json: locked,
    text: (paint) =>
      done(paint, 'the authority key is locked', [
        ['until then', 'no invites, no enrollment, no renewal, no decisions']
      ]),
    quiet: [locked.state],
    next: 'peerage authority unlock'
  }
}
