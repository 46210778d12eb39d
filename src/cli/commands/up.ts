import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { authorityPassphrase, withPassphrase } from '../passphrase.ts'
import { runNode } from '../run-node.ts'

export async function run(context: Context, input: Input): Promise<undefined> {
  await withPassphrase(context.environment, input, (passphrase) =>
    runNode(context, {
      passphrase,
      ...authorityPassphrase(context.environment, input),
      logLevel: input.text('log-level'),
      acceptClock: input.isSet('accept-clock')
    })
  )
}
