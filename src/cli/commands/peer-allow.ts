import type { Context } from '../context.ts'
import { decisionParams, decisionReport } from '../decision.ts'
import type { Input } from '../input.ts'
import type { Report } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  return decisionReport('allowed', await context.call('peer.allow', decisionParams(input)))
}
