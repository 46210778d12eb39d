import { utf8 } from '../../encoding/bytes.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, type Report } from '../output.ts'
import { createFile } from '../output-file.ts'

/** Writes the journal as lines of JSON; `audit verify --file` checks them anywhere. */
export async function run(context: Context, input: Input): Promise<Report> {
  const file = createFile(context.environment, input.required('out'), 0o600)
  const progress = context.startProgress('exporting')
  const lines: string[] = []
  let last: { sequence: number; hash: string } | undefined
  try {
    for (;;) {
      const { rows } = await context.call('audit.export', { after: last?.sequence ?? 0 })
      const newest = rows.at(-1)
      if (newest === undefined) break
      for (const row of rows) lines.push(`${JSON.stringify(row)}\n`)
      last = { sequence: newest.sequence, hash: newest.hash }
      progress.step(`exporting, ${lines.length} rows`)
    }
    file.write(utf8(lines.join('')))
  } catch (error) {
    file.discard()
    throw error
  } finally {
    progress.end()
  }
  const head = last === undefined ? undefined : `${last.sequence}:${last.hash}`
  return {
    json: { file: file.path, rows: lines.length, ...(head === undefined ? {} : { head }) },
    text: (paint) =>
      done(paint, `${count(lines.length, 'row')} exported`, [
        ['file', file.path],
        ['head', head]
      ]),
    quiet: [file.path],
    next: `peerage audit verify --file ${file.path}`
  }
}
