import { withMarks } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const invite = await context.call('invite.revoke', {
    id: input.argument('id'),
    ...withMarks(input)
  })
  return {
    json: invite,
    text: (paint) =>
      done(paint, `invite ${invite.id} for ${invite.node} of ${invite.member} withdrawn`),
    quiet: [invite.id],
    next: 'peerage invite ls'
  }
}
