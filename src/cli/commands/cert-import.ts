import { readLogFile } from '../../trust/log-file.ts'
import { readCarried, requireFile } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { joinedReport } from '../joined-report.ts'
import type { Report } from '../output.ts'
import { withPassphrase } from '../passphrase.ts'

/** Joins with the answer to the request of this home. */
export async function run(context: Context, input: Input): Promise<Report> {
  const name = input.argument('file')
  const file = requireFile(readLogFile(await readCarried(context, name)), name)
  const { home, environment } = context
  let isEncrypted = false
  const joined = await withPassphrase(environment, input, (passphrase) => {
    isEncrypted = passphrase !== undefined
    const secret = passphrase === undefined ? {} : { passphrase }
    const peers = input.texts('peer')
    const init = { home: home.directory, file, peers, ...secret }
    return environment.daemonSide.importCertificate(init)
  })
  return joinedReport(joined, home.directory, isEncrypted)
}
