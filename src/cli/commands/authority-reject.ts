import { withReason } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import type { Report } from '../output.ts'
import { proposalReport } from '../proposal-report.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const dryRun = input.isSet('dry-run')
  const marks = { dryRun, ...withReason(input) }
  const proposal = await context.call('proposal.reject', { id: input.argument('id'), ...marks })
  return proposalReport(proposal, dryRun ? 'looked at (--dry-run)' : 'rejected')
}
