import { withReason } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const token = { id: input.argument('id'), ...withReason(input) }
  const { id } = await context.call('token.revoke', token)
  return {
    json: { id },
    text: (paint) => done(paint, `token ${id} revoked, and all that were made from it`),
    quiet: [id],
    next: 'peerage token ls'
  }
}
