import { withMarks } from '../call-marks.ts'
import type { Context } from '../context.ts'
import { decisionReport } from '../decision.ts'
import type { Input } from '../input.ts'
import type { Report } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const params = { peer: input.argument('peer'), ...withMarks(input) }
  return decisionReport('pardoned', await context.call('peer.unban', params))
}
