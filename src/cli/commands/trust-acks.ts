import { appliedFacts } from '../applied-facts.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { alignedFacts, type Report } from '../output.ts'
import { usageError } from '../usage-error.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const text = input.optionalArgument('entry')
  const index = text === undefined ? undefined : Number(text)
  if (index !== undefined && !Number.isSafeInteger(index)) throw usageError('ENTRY is a number')
  const acks = await context.call('trust.acks', index === undefined ? {} : { index })
  return {
    json: acks,
    text: (paint) => [
      `entry ${paint('strong', String(acks.index))} of the trust log`,
      ...alignedFacts(appliedFacts(acks))
    ],
    quiet: acks.missing.map(({ nodeId }) => nodeId),
    next: 'peerage trust log'
  }
}
