import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const page = await context.call('cert.list', pageOf(input))
  return listReport({ context, input }, page, {
    heading: ['SERIAL', 'STATE', 'NODE', 'MEMBER', 'UNTIL'],
    row: (certificate) => [
      certificate.serial,
      certificate.state,
      certificate.node,
      certificate.member,
      certificate.notAfter
    ],
    id: (certificate) => certificate.serial,
    empty: 'no certificates yet',
    next: 'peerage cert show NODE'
  })
}
