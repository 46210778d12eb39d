import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { joinedReport } from '../joined-report.ts'
import type { Report } from '../output.ts'
import { newPassphrase } from '../passphrase.ts'
import { readInvite } from '../secret-input.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const { environment, home } = context
  const { daemonSide } = environment
  const inviteText = await readInvite(environment, input.text('invite-file'))
  const passphrase = await newPassphrase(environment, input)
  const progress = context.startProgress('joining')
  try {
    const joined = await daemonSide.joinNetwork({
      home: home.directory,
      inviteText,
      listen: input.texts('listen'),
      ...(passphrase === undefined ? {} : { passphrase }),
      log: await daemonSide.createLogger('warn'),
      progress: (step) => progress.step(step)
    })
    return joinedReport(joined, home.directory, passphrase !== undefined)
  } finally {
    progress.end()
  }
}
