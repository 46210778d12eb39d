import type { ResultOf } from '../../control/methods/index.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import { writeRecordFile } from '../../records/record-file.ts'
import { bytesOfText, writeCarried } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, type Report } from '../output.ts'

/** Writes what this node holds into a file, as it was signed. */
export async function run(context: Context, input: Input): Promise<Report> {
  const { path, network, records } = await writeCarried(
    context,
    input.argument('file'),
    async () => {
      const exported = await collect(context, input)
      return { ...exported, text: writeRecordFile(exported.network, exported.records) }
    }
  )
  return {
    json: { file: path, network, records: records.length },
    text: (paint) =>
      done(paint, 'the records are exported', [
        ['file', path],
        ['records', count(records.length, 'record')]
      ]),
    quiet: [path],
    nextElsewhere: { where: 'at another node', command: `peerage record import ${path}` }
  }
}

async function collect(
  context: Context,
  input: Input
): Promise<{ network: NetworkId; records: Uint8Array[] }> {
  const { id } = await context.call('network.show', {})
  const kind = input.text('kind')
  const owner = input.text('owner')
  const records: Uint8Array[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: ResultOf<'record.export'> = await context.call('record.export', {
      ...(kind === undefined ? {} : { kind }),
      ...(owner === undefined ? {} : { owner }),
      ...(cursor === '' ? {} : { cursor })
    })
    records.push(...page.items.map(({ record }) => bytesOfText(record)))
    cursor = page.nextCursor
  }
  return { network: id as NetworkId, records }
}
