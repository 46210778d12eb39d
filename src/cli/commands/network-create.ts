import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { authorityPassphrase, newPassphrase } from '../passphrase.ts'
import { recoveryFileOf } from '../recovery-code.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const { environment, home } = context
  const { daemonSide } = environment
  const passphrase = await newPassphrase(environment, input)
  const separate = authorityPassphrase(environment, input)
  const node = input.required('node')
  const recoveryFile = recoveryFileOf(environment, input)
  const progress = context.startProgress('creating the network')
  try {
    const created = await daemonSide.createNetwork({
      home: home.directory,
      name: input.argument('name'),
      node,
      member: input.text('member') ?? node,
      listen: input.texts('listen'),
      frontDesk: input.texts('front-desk'),
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(recoveryFile === undefined ? {} : { recoveryFile }),
      ...separate,
      log: await daemonSide.createLogger('warn')
    })
    return {
      json: {
        network: created.network,
        node: created.node,
        authority: created.authority,
        ...(created.recoveryFile === undefined ? {} : { recoveryFile: created.recoveryFile })
      },
      text: (paint) =>
        done(paint, `network ${paint('strong', created.network.name)} created`, [
          ['network id', created.network.id],
          ['authority', created.authority.fingerprint],
          ['node', `${created.node.name} of ${created.node.member}`],
          ['node id', created.node.id],
          ['home', home.directory],
          ['keys', describeKeys(passphrase)],
          ['recovery', describeRecovery(created.recoveryFile)],
          [
            'authority key',
            separate.authorityPassphrase === undefined
              ? undefined
              : 'encrypted with its own passphrase'
          ]
        ]),
      quiet: [created.network.id],
      next: 'peerage up'
    }
  } finally {
    progress.end()
  }
}

function describeKeys(passphrase: Uint8Array | undefined): string {
  return passphrase === undefined
    ? 'not encrypted, mode 0600 (encrypt: --ask-passphrase)'
    : 'encrypted with the passphrase'
}

function describeRecovery(file: string | undefined): string {
  return file === undefined
    ? 'none: keep copies of authority.key'
    : `${file} (mode 0600): move it off this machine`
}
