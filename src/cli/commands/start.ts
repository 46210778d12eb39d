import { toPeerageError } from '../../errors.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { withPassphrase } from '../passphrase.ts'
import { runNode } from '../run-node.ts'

/** Nothing that tells who runs it: names of a network are public to its members. */
const FIRST = { name: 'local', node: 'first', member: 'me' } as const

export async function run(context: Context, input: Input): Promise<undefined> {
  await withPassphrase(context.environment, input, async (passphrase) => {
    const init = { passphrase, logLevel: input.text('log-level') }
    try {
      await runNode(context, init)
    } catch (thrown) {
      if (toPeerageError(thrown).code !== 'HOME_EMPTY') throw thrown
      await createFirst(context, passphrase)
      await runNode(context, init)
    }
  })
}

async function createFirst(context: Context, passphrase: Uint8Array | undefined): Promise<void> {
  const { daemonSide } = context.environment
  await daemonSide.createNetwork({
    home: context.home.directory,
    ...FIRST,
    listen: [],
    frontDesk: [],
    ...(passphrase === undefined ? {} : { passphrase }),
    log: await daemonSide.createLogger('warn')
  })
}
