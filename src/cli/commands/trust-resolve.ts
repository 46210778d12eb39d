import { withReason } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { usageError } from '../usage-error.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const [keep, change] = [input.isSet('keep'), input.isSet('switch')]
  if (keep === change) throw usageError('give --keep or --switch')
  const key = input.text('key')
  const resolved = await context.call('trust.resolve', {
    choice: keep ? 'keep' : 'switch',
    ...(key === undefined ? {} : { key }),
    ...withReason(input)
  })
  const what = keep
    ? 'this node goes on with its own history'
    : 'this node gives up its history at its next start'
  return {
    json: resolved,
    text: (paint) => done(paint, what, [['key', resolved.key]]),
    quiet: [resolved.choice],
    next: keep ? 'peerage trust head' : 'peerage down, then peerage up'
  }
}
