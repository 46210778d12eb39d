import { toPeerageError } from '../../errors.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { authorityPassphrase, withPassphrase } from '../passphrase.ts'
import { runNode } from '../run-node.ts'

/** Nothing that tells who runs it: names of a network are public to its members. */
const FIRST = { name: 'local', node: 'first', member: 'me' } as const

export async function run(context: Context, input: Input): Promise<undefined> {
  await withPassphrase(context.environment, input, async (passphrase) => {
    const separate = authorityPassphrase(context.environment, input)
    const init = { passphrase, ...separate, logLevel: input.text('log-level') }
    try {
      await runNode(context, init)
    } catch (thrown) {
      if (toPeerageError(thrown).code !== 'HOME_EMPTY') throw thrown
      await createFirst(context, { ...given(passphrase), ...separate })
      await runNode(context, init)
    }
  })
}

interface Passphrases {
  readonly passphrase?: Uint8Array
  readonly authorityPassphrase?: Uint8Array
}

function given(passphrase: Uint8Array | undefined): Passphrases {
  return passphrase === undefined ? {} : { passphrase }
}

async function createFirst(context: Context, passphrases: Passphrases): Promise<void> {
  const { daemonSide } = context.environment
  await daemonSide.createNetwork({
    home: context.home.directory,
    ...FIRST,
    listen: [],
    frontDesk: [],
    ...passphrases,
    log: await daemonSide.createLogger('warn')
  })
}
