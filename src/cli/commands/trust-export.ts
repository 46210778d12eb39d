import { writeLogFile } from '../../trust/log-file.ts'
import { withOrWithoutDaemon, writeCarried } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, type Report } from '../output.ts'
import { usageError } from '../usage-error.ts'
import { wholeLog } from '../whole-log.ts'
import { writeProof } from '../write-proof.ts'

/** Writes the proof of one entry; `trust verify` checks it on any machine. */
export async function run(context: Context, input: Input): Promise<Report> {
  const text = input.optionalArgument('entry')
  if (input.isSet('log')) return await exportWholeLog(context, input)
  const index = text === undefined ? undefined : Number(text)
  if (index !== undefined && !Number.isSafeInteger(index)) throw usageError('ENTRY is a number')
  return await writeProof(context, input, () =>
    context.call('trust.export', index === undefined ? {} : { index })
  )
}

async function exportWholeLog(context: Context, input: Input): Promise<Report> {
  const { home, environment } = context
  const from = input.integer('from') ?? 0
  const { path, file } = await writeCarried(context, input.required('out'), async () => {
    const exported = await withOrWithoutDaemon(
      context,
      () => wholeLog(context, from),
      () => environment.daemonSide.exportLogFile({ home: home.directory, from })
    )
    return { file: exported, text: writeLogFile(exported) }
  })
  return {
    json: { file: path, network: file.network, from, entries: file.entries.length },
    text: (paint) =>
      done(paint, 'the log is exported', [
        ['file', path],
        ['entries', count(file.entries.length, 'entry', 'entries')]
      ]),
    quiet: [path],
    nextElsewhere: { where: 'where it is lacking', command: `peerage trust import ${path}` }
  }
}
