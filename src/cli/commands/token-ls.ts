import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  return listReport({ context, input }, await context.call('token.list', pageOf(input)), {
    heading: ['ID', 'ALLOWS', 'READS ONLY', 'EXPIRES'],
    row: (token) => [
      token.id,
      token.methods.length === 0 ? 'everything' : token.methods.join(' '),
      token.readsOnly ? 'yes' : 'no',
      token.expiresAt
    ],
    id: (token) => token.id,
    empty: 'no tokens yet',
    next: 'peerage token rm ID'
  })
}
