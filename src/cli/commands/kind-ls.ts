import { formatDuration } from '../../encoding/duration.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { showPolicy } from '../kind-facts.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const page = await context.call('kind.list', pageOf(input))
  return listReport({ context, input }, page, {
    heading: ['KIND', 'MODEL', 'WRITERS', 'READERS', 'BYTES', 'LIFETIME', 'STATE'],
    row: (kind) => [
      kind.kind,
      kind.model,
      showPolicy(kind.writers),
      showPolicy(kind.readers),
      String(kind.valueBytesMax),
      formatDuration(kind.lifetimeMs),
      kind.retiredAt === undefined ? kind.origin : `retired ${kind.retiredAt}`
    ],
    id: (kind) => kind.kind,
    empty: 'no kinds yet',
    next: 'peerage kind show KIND'
  })
}
