import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const page = await context.call('reputation.list', pageOf(input))
  const isForPeople = !context.settings.json && !context.settings.quiet
  const items = isForPeople ? page.items.toSorted((a, b) => a.score - b.score) : page.items
  return listReport(
    { context, input },
    { ...page, items },
    {
      heading: ['MEMBER', 'STANDING', 'SCORE', 'NODES', 'UNTIL', 'WHY'],
      row: (member) => [
        member.member,
        member.standing,
        member.score.toFixed(1),
        String(member.nodes),
        member.until ?? '',
        member.reason
      ],
      id: (member) => member.member,
      empty: 'no other members yet',
      next: 'peerage reputation show MEMBER'
    }
  )
}
