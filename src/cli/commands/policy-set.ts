import { withMarks, withWait } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, type Report } from '../output.ts'
import { readPolicy } from '../policy-file.ts'
import { decided, receiptFacts } from '../receipt.ts'
import { withOffline, writtenRequest } from '../request.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const set = await context.call('policy.set', {
    text: await readPolicy(context, input.argument('file')),
    dryRun: input.isSet('dry-run'),
    ...withOffline(input),
    ...withWait(input),
    ...withMarks(input)
  })
  const request = await writtenRequest(context, input, set)
  if (request !== undefined) return request
  const { dryRun, digest, linesAdded, linesRemoved } = set
  return {
    json: set,
    text: (paint) =>
      done(paint, decided(dryRun, 'policy replaced'), [
        ['changes', `${count(linesAdded, 'line')} added, ${linesRemoved} removed`],
        ['digest', digest],
        ...receiptFacts(set)
      ]),
    quiet: [digest],
    next: dryRun ? `peerage policy set ${input.argument('file')}` : 'peerage policy show'
  }
}
