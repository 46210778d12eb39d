import { withMarks, withWait } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { decided, receiptFacts } from '../receipt.ts'
import { withOffline, writtenRequest } from '../request.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const receipt = await context.call('member.remove', {
    member: input.argument('member'),
    dryRun: input.isSet('dry-run'),
    ...withOffline(input),
    ...withWait(input),
    ...withMarks(input)
  })
  const request = await writtenRequest(context, input, receipt)
  if (request !== undefined) return request
  const { dryRun, member } = receipt
  return {
    json: receipt,
    text: (paint) =>
      done(paint, decided(dryRun, `member ${member} removed`), receiptFacts(receipt)),
    quiet: [member],
    next: dryRun ? `peerage member rm ${member}` : 'peerage member ls'
  }
}
