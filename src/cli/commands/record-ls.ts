import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const kind = input.text('kind')
  const owner = input.text('owner')
  const params = {
    ...(kind === undefined ? {} : { kind }),
    ...(owner === undefined ? {} : { owner }),
    ...pageOf(input)
  }
  const page = await context.call('record.list', params)
  return listReport({ context, input }, page, {
    heading: ['KIND', 'OWNER', 'NAME', 'VERSION', 'BYTES', 'EXPIRES'],
    row: (record) => [
      record.kind,
      record.owner,
      record.name,
      String(record.version),
      String(record.bytes),
      record.expiresAt
    ],
    id: (record) => `${record.kind} ${record.owner} ${record.name}`,
    empty: 'no records here yet',
    next: 'peerage record get KIND NAME --owner OWNER'
  })
}
