import type { ResultOf } from '../../control/methods/index.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { cutTable } from '../list-report.ts'
import { LINES_MAX, printable, type Report } from '../output.ts'
import { recordNamed } from '../record-named.ts'

type Version = ResultOf<'record.history'>['versions'][number]

export async function run(context: Context, input: Input): Promise<Report> {
  const params = recordNamed(input)
  const read = await context.call('record.history', params, { doing: 'asking the holders' })
  const { kind, name, versions } = read
  return {
    json: read,
    text: (paint) =>
      cutTable(paint, {
        heading: ['VERSION', 'SIGNED', 'BY', 'COPIES', 'VALUE'],
        rows: versions.map((each) => [
          String(each.version),
          each.storedAt,
          each.signedBy,
          String(each.verifiedFrom.length),
          shown(each)
        ]),
        empty: 'no versions',
        linesMax: LINES_MAX - 1,
        all: `${context.program} record history ${kind} ${name} --owner ${read.owner} --json`
      }),
    quiet: versions.map((each) => each.digest),
    next: `peerage record get ${kind} ${name} --owner ${read.owner}`
  }
}

function shown({ deleted, opened, text, value }: Version): string {
  if (deleted) return '(deleted)'
  return opened ? printable(text ?? value).slice(0, VALUE_SHOWN) : '(sealed)'
}

const VALUE_SHOWN = 40
