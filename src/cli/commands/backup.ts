import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, type Report } from '../output.ts'
import { createFile } from '../output-file.ts'
import { requiredPassphrase } from '../passphrase.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const { environment, home } = context
  const passphrase = await requiredPassphrase(environment, input)
  const file = createFile(environment, input.argument('file'), 0o600)
  const progress = context.startProgress('writing the backup')
  try {
    const made = await environment.daemonSide.backupHome({
      ...{ home: home.directory, passphrase },
      write: (pieces) => file.write(pieces)
    })
    return {
      json: { file: file.path, ...made },
      text: (paint) =>
        done(paint, 'the backup is written', [
          ['file', file.path],
          ['network', made.network],
          ['entries', `${count(made.entries, 'entry', 'entries')} of the trust log`],
          ['files', made.files.map(({ name }) => name).join(' ')],
          ['keep', 'the passphrase where the file is not: without it nothing opens the file']
        ]),
      quiet: [file.path],
      nextElsewhere: {
        where: 'to bring it back',
        command: `peerage --home EMPTY-DIRECTORY restore ${file.path}`
      }
    }
  } catch (error) {
    file.discard()
    throw error
  } finally {
    progress.end()
  }
}
