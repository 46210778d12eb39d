import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const page = await context.call('invite.list', pageOf(input))
  return listReport({ context, input }, page, {
    heading: ['ID', 'STATE', 'MEMBER', 'NODE', 'GROUPS', 'EXPIRES'],
    row: (invite) => [
      invite.id,
      invite.state,
      invite.member,
      invite.node,
      invite.groups.join(','),
      invite.expiresAt
    ],
    id: (invite) => invite.id,
    empty: 'no invites yet',
    next: 'peerage invite create --member MEMBER --node NODE'
  })
}
