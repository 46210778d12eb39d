import { withReason } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { decided } from '../receipt.ts'
import { usageError } from '../usage-error.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const [keep, change] = [input.isSet('keep'), input.isSet('switch')]
  if (keep === change) throw usageError('give --keep or --switch')
  const key = input.text('key')
  const resolved = await context.call('trust.resolve', {
    choice: keep ? 'keep' : 'switch',
    ...(key === undefined ? {} : { key }),
    dryRun: input.isSet('dry-run'),
    ...withReason(input)
  })
  const what = keep
    ? 'this node goes on with its own history'
    : 'this node gives up its history at its next start'
  const { dryRun, entries } = resolved
  return {
    json: resolved,
    text: (paint) =>
      done(paint, decided(dryRun, what), [
        ['key', resolved.key],
        ['entries', `${entries}${keep ? '' : ', of which it keeps the first'}`]
      ]),
    quiet: [resolved.choice],
    next: nextStep(dryRun, keep)
  }
}

function nextStep(dryRun: boolean, keep: boolean): string {
  if (dryRun) return `peerage trust resolve --${keep ? 'keep' : 'switch'}`
  return keep ? 'peerage trust head' : 'peerage down, then peerage up'
}
