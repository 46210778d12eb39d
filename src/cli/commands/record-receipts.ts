import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { cutTable } from '../list-report.ts'
import { LINES_MAX, type Report } from '../output.ts'
import { recordNamed } from '../record-named.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const read = await context.call('record.receipts', recordNamed(input))
  const { kind, owner, name, receipts } = read
  return {
    json: read,
    text: (paint) =>
      cutTable(paint, {
        heading: ['HOLDER', 'VERSION', 'ON DISK SINCE', 'KEPT UNTIL'],
        rows: receipts.map((each) => [
          each.signedBy,
          String(each.version),
          each.storedAt,
          each.until
        ]),
        empty: 'no receipts: this node has not written it, or it has expired',
        linesMax: LINES_MAX - 1,
        all: `${context.program} record receipts ${kind} ${name} --owner ${owner} --json`
      }),
    quiet: receipts.map((each) => each.nodeId),
    next: `peerage record holders ${kind} ${name} --owner ${owner}`
  }
}
