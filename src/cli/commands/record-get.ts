import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { printable, type Report } from '../output.ts'
import { createFile } from '../output-file.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const owner = input.text('owner')
  const out = input.text('out')
  const params = {
    kind: input.argument('kind'),
    name: input.argument('name'),
    ...(owner === undefined ? {} : { owner })
  }
  const record = await context.call('record.get', params, { doing: 'asking the holders' })
  const shown = record.text ?? record.value
  if (out === undefined) {
    const terminal = context.environment.stdout.isTTY === true
    // A pipe gets the text as it is; a terminal must not be driven by it.
    const text = terminal ? printable(shown, '\n\t') : shown
    return { json: record, text: () => [text], quiet: [text] }
  }
  const file = createFile(context.environment, out, 0o644)
  file.write(Buffer.from(record.value, 'base64url'))
  const { kind, name, version } = record
  return {
    json: { ...record, file: file.path },
    text: (paint) => [
      `${paint('good', '✔')} ${kind} ${name} of ${record.owner}, version ${version}: ${file.path}`
    ],
    quiet: [file.path]
  }
}
