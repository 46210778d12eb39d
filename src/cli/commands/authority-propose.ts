import { withMarks } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import type { Report } from '../output.ts'
import { readPolicy } from '../policy-file.ts'
import { proposalReport } from '../proposal-report.ts'
import { usageError } from '../usage-error.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const subject = input.argument('subject')
  const what = await subjectOf(context, input.argument('action'), subject)
  const proposal = await context.call('proposal.create', { ...what, ...withMarks(input) })
  return proposalReport(proposal, 'made')
}

async function subjectOf(context: Context, action: string, subject: string) {
  if (action === 'member-rm') return { member: subject }
  if (action === 'policy-set') return { policy: await readPolicy(context, subject) }
  throw usageError(
    'what can be proposed here is member-rm and policy-set',
    'Key steps and the quorum are proposed by their own commands on the node of the authority'
  )
}
