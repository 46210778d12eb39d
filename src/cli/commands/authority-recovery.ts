import { toBase64url } from '../../encoding/bytes.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { newPassphrase } from '../passphrase.ts'
import { givenRecoveryKey, recoveryFileOf } from '../recovery-code.ts'
import { usageError } from '../usage-error.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const step = input.argument('step')
  if (step === 'test') return await rehearse(context, input)
  if (step === 'use') return await recover(context, input)
  throw usageError('STEP is test or use')
}

/** Only the public key of what was typed goes to the node: the code stays in this process. */
async function rehearse(context: Context, input: Input): Promise<Report> {
  const { publicKey } = await givenRecoveryKey(context.environment, input)
  const tested = await context.call('recovery.test', { key: toBase64url(publicKey.bytes) })
  return {
    json: tested,
    text: (paint) =>
      done(paint, `the code recovers ${paint('strong', tested.network.name)}`, [
        ['network id', tested.network.id],
        ['changed', 'nothing; the drill is in the journal']
      ]),
    quiet: [tested.network.id],
    next: 'peerage audit search --event recovery'
  }
}

async function recover(context: Context, input: Input): Promise<Report> {
  const { environment, home } = context
  const { daemonSide } = environment
  const recovery = await givenRecoveryKey(environment, input)
  const passphrase = await newPassphrase(environment, input)
  const recoveryFile = recoveryFileOf(environment, input)
  const recovered = await daemonSide.recoverNetwork({
    home: home.directory,
    recovery,
    reason: input.text('reason') ?? '',
    ...(recoveryFile === undefined ? {} : { recoveryFile }),
    ...(passphrase === undefined ? {} : { passphrase }),
    log: await daemonSide.createLogger('warn')
  })
  const { network, authority, index, trust } = recovered
  const next = recovered.recoveryFile
  return {
    json: {
      network,
      authority,
      index,
      trust,
      ...(next === undefined ? {} : { recoveryFile: next })
    },
    text: (paint) =>
      done(paint, `this home is the authority of ${paint('strong', network.name)} now`, [
        ['entry', `${index} of the trust log`],
        ['authority', authority.fingerprint],
        ['old key', 'signs nothing any more; its certificates are renewed'],
        [
          'recovery',
          next === undefined ? 'none' : `new code in ${next} (mode 0600): move it off this machine`
        ],
        ['trust log', `size ${trust.size}, root ${trust.root}`]
      ]),
    quiet: [authority.fingerprint],
    next: 'peerage up'
  }
}
