import { withKey, withWait } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { decided, receiptFacts } from '../receipt.ts'
import { withOffline, writtenRequest } from '../request.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const retired = await context.call('kind.retire', {
    kind: input.argument('kind'),
    dryRun: input.isSet('dry-run'),
    ...withOffline(input),
    ...withWait(input),
    ...withKey(input)
  })
  const request = await writtenRequest(context, input, retired)
  if (request !== undefined) return request
  const { dryRun, kind } = retired
  return {
    json: retired,
    text: (paint) => done(paint, decided(dryRun, `kind ${kind} retired`), receiptFacts(retired)),
    quiet: [kind],
    next: `peerage kind show ${kind}`
  }
}
