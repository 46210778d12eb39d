import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const params = { all: input.isSet('all'), ...pageOf(input) }
  return listReport({ context, input }, await context.call('trust.alarms', params), {
    heading: ['ID', 'SINCE', 'STATE', 'CODE', 'SUBJECT'],
    row: (alarm) => [String(alarm.id), alarm.raisedAt, alarm.state, alarm.code, alarm.subject],
    id: (alarm) => String(alarm.id),
    empty: 'no alarms',
    next: 'peerage trust acknowledge ID'
  })
}
