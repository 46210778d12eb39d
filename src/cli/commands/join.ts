import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
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
    const { network, node, groups, certificate } = joined
    return {
      json: { network, node, groups, certificate },
      text: (paint) =>
        done(paint, `joined ${paint('strong', network.name)}`, [
          ['network id', network.id],
          ['node', `${node.name} of ${node.member}`],
          ['node id', node.id],
          ['groups', groups.length === 0 ? undefined : groups.join(', ')],
          ['certificate', `${certificate.serial}, until ${certificate.notAfter}`],
          ['home', home.directory],
          ['key', passphrase === undefined ? 'not encrypted, mode 0600' : 'encrypted']
        ]),
      quiet: [node.id],
      next: 'peerage up'
    }
  } finally {
    progress.end()
  }
}
