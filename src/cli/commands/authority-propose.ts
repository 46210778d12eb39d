import { withMarks } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import type { Report } from '../output.ts'
import { proposalReport } from '../proposal-report.ts'
import { usageError } from '../usage-error.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  if (input.argument('action') !== 'member-rm') {
    throw usageError(
      'what can be proposed here is member-rm',
      'Key steps and the quorum are proposed by their own commands on the node of the authority'
    )
  }
  const member = input.argument('subject')
  const proposal = await context.call('proposal.create', { member, ...withMarks(input) })
  return proposalReport(proposal, 'made')
}
