import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { cutTable } from '../list-report.ts'
import { LINES_MAX, type Report } from '../output.ts'
import { recordNamed } from '../record-named.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const params = recordNamed(input)
  const read = await context.call('record.holders', params, { doing: 'asking the holders' })
  const { kind, owner, name, copies, have, version, holders } = read
  return {
    json: read,
    text: (paint) => [
      ...cutTable(paint, {
        heading: ['HOLDER', 'HAS', 'NODE ID'],
        rows: holders.map((each) => [each.node, stateOf(each), each.nodeId]),
        empty: 'no node is to hold it',
        linesMax: LINES_MAX - 2,
        all: `${context.program} record holders ${kind} ${name} --owner ${owner} --json`
      }),
      version === 0
        ? 'no holder has shown a version'
        : `version ${version} is at ${have} of ${copies}`
    ],
    quiet: holders.filter((each) => each.version === version).map((each) => each.nodeId),
    next:
      have < copies
        ? 'peerage record repair'
        : `peerage record get ${kind} ${name} --owner ${owner}`
  }
}

function stateOf({ version, code }: { version: number; code?: string | undefined }): string {
  if (version > 0) return `version ${version}`
  return code ?? 'nothing'
}
