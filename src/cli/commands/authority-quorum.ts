import { withReason, withWait } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { decided, receiptFacts } from '../receipt.ts'
import { withOffline, writtenRequest } from '../request.ts'
import { usageError } from '../usage-error.ts'

interface Quorum {
  readonly members: readonly string[]
  readonly threshold: number
}

export async function run(context: Context, input: Input): Promise<Report> {
  const step = input.argument('step')
  if (step === 'show') return await show(context)
  if (step !== 'set') throw usageError('the step is show or set')
  const members = [...input.texts('member')]
  const threshold = input.integer('threshold')
  if (threshold === undefined) throw usageError('set needs --threshold N and --member MEMBER')
  const receipt = await context.call('authority.quorum', {
    ...{ members, threshold, dryRun: input.isSet('dry-run') },
    ...withOffline(input),
    ...withWait(input),
    ...withReason(input)
  })
  const request = await writtenRequest(context, input, receipt)
  if (request !== undefined) return request
  return {
    json: receipt,
    text: (paint) => done(paint, decided(receipt.dryRun, describe(receipt)), receiptFacts(receipt)),
    quiet: members,
    next: 'peerage authority quorum show'
  }
}

async function show(context: Context): Promise<Report> {
  const { approvers } = await context.call('authority.show', {})
  return {
    json: approvers,
    text: (paint) => done(paint, describe(approvers)),
    quiet: approvers.members,
    next: 'peerage authority ls'
  }
}

function describe({ members, threshold }: Quorum): string {
  if (threshold === 0) return 'nobody is asked: the authority decides alone'
  return `${threshold} of ${members.join(', ')} have to approve removals, key steps and policy`
}
