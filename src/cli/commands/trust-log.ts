import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { listReport } from '../list-report.ts'
import type { Report } from '../output.ts'
import { pageOf } from '../page.ts'

interface ShownEntry {
  readonly type: string
  readonly name?: string | undefined
  readonly member?: string | undefined
  readonly node?: string | undefined
  readonly nodeId?: string | undefined
  readonly groups?: readonly string[] | undefined
  readonly target?: { readonly by: string; readonly value: string } | undefined
  readonly reason?: string | undefined
  readonly step?: string | undefined
  readonly key?: string | undefined
  readonly kind?: string | undefined
  readonly text?: string | undefined
  readonly members?: readonly string[] | undefined
  readonly threshold?: number | undefined
}

/** `sha256:` and 16 digits. */
const KEY_SHOWN = 23

export async function run(context: Context, input: Input): Promise<Report> {
  const from = input.integer('from')
  const params = { ...(from === undefined ? {} : { from }), ...pageOf(input) }
  const page = await context.call('trust.entries', params)
  return listReport({ context, input }, page, {
    heading: ['INDEX', 'TIME', 'TYPE', 'WHAT'],
    row: (entry) => [String(entry.index), entry.time, entry.type, describe(entry)],
    id: (entry) => entry.hash,
    empty: 'no entries in this range',
    next: 'peerage trust head'
  })
}

function describe(entry: ShownEntry): string {
  const { target, key, text, members, threshold } = entry
  const others = [
    entry.step,
    key?.slice(0, KEY_SHOWN),
    entry.kind,
    text === undefined ? undefined : `${text.length} characters`,
    threshold === undefined ? undefined : `${threshold} of ${members?.join(',') || 'nobody'}`
  ]
  const words =
    target === undefined
      ? [entry.name, entry.member, entry.node, entry.nodeId, entry.groups?.join(','), ...others]
      : [target.by, target.value, entry.reason]
  return words.filter((word) => word !== undefined && word !== '').join('  ')
}
