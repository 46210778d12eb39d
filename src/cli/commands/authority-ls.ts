import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const page = await context.call('proposal.list', pageOf(input))
  return listReport({ context, input }, page, {
    heading: ['ID', 'WHAT', 'STATE', 'APPROVED BY', 'NEEDS'],
    row: ({ id, about, state, approvedBy, threshold }) => [
      ...[id.slice(0, 8), about, state, approvedBy.join(', ') || 'nobody'],
      String(threshold)
    ],
    id: ({ id }) => id,
    empty: 'nothing waits for consent',
    next: 'peerage authority approve ID'
  })
}
