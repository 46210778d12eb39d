import { writeLogFile } from '../../trust/log-file.ts'
import { readCarried, writeCarried } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { newPassphrase } from '../passphrase.ts'
import { statementWords } from '../statement-words.ts'
import { usageError } from '../usage-error.ts'

/** Signs a request with the authority key of this home, without any daemon. */
export async function run(context: Context, input: Input): Promise<Report> {
  const { environment, home } = context
  const request = await readCarried(context, input.argument('file'))
  const passphrase = await newPassphrase(environment, input)
  const init = {
    ...{ home: home.directory, request },
    ...(passphrase === undefined ? {} : { passphrase })
  }
  if (input.isSet('dry-run')) {
    const { statement, index } = await environment.daemonSide.signRequest({ ...init, dryRun: true })
    return {
      json: { dryRun: true, index, type: statement.type, words: statementWords(statement) },
      text: (paint) =>
        done(paint, `would sign: ${statementWords(statement)}`, [['entry', String(index)]]),
      quiet: [statement.type]
    }
  }
  const out = input.text('out')
  if (out === undefined) throw usageError('say where the signed file goes: --out FILE')
  const { statement, index, path } = await writeCarried(context, out, async () => {
    const signed = await environment.daemonSide.signRequest({ ...init, dryRun: false })
    if (signed.file === undefined) throw new Error('signed without a result')
    return { ...signed, text: writeLogFile(signed.file) }
  })
  const words = statementWords(statement)
  return {
    json: { dryRun: false, index, type: statement.type, words, file: path },
    text: (paint) =>
      done(paint, `signed: ${words}`, [
        ['entry', `${index} of the trust log`],
        ['file', path]
      ]),
    quiet: [path],
    next: `peerage trust import ${path}`
  }
}
