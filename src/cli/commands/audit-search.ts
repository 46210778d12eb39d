import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { parseInstant } from '../instant.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const { clock } = context.environment
  const time = (name: string) => {
    const text = input.text(name)
    return text === undefined ? {} : { [name]: parseInstant(`--${name}`, text, clock.now()) }
  }
  const given = (option: string, name = option) => {
    const text = input.text(option)
    return text === undefined ? {} : { [name]: text }
  }
  const page = await context.call('audit.search', {
    ...{ ...time('since'), ...time('until') },
    ...{ ...given('event'), ...given('code'), ...given('node', 'nodeId') },
    ...pageOf(input)
  })
  return listReport({ context, input }, page, {
    heading: ['ROW', 'TIME', 'EVENT', 'CODE', 'NODE ID', 'MORE'],
    row: ({ sequence, time: at, event, code, nodeId, detail }) => [
      String(sequence),
      at,
      event,
      code ?? '',
      nodeId ?? '',
      Object.entries(detail)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')
    ],
    id: ({ sequence }) => String(sequence),
    empty: 'nothing of that in the journal',
    next: 'peerage audit verify'
  })
}
