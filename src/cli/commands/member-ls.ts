import type { ResultOf } from '../../control/methods/index.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const page = await context.call('member.list', pageOf(input))
  return listReport({ context, input }, page, {
    heading: ['MEMBER', 'NODES', 'GROUPS', 'SINCE', 'STATE'],
    row: (member) => [
      member.member,
      String(member.nodes),
      member.groups.join(','),
      member.addedAt,
      stateOf(member)
    ],
    id: (member) => member.member,
    empty: 'no members yet',
    next: 'peerage member show MEMBER'
  })
}

function stateOf({ revoked, suspended }: ResultOf<'member.list'>['items'][number]): string {
  if (revoked !== undefined) return `revoked ${revoked.time}`
  return suspended === undefined ? 'member' : `suspended ${suspended.time}`
}
