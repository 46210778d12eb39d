import type { ResultOf } from '../../control/methods/index.ts'
import { toBase64url } from '../../encoding/bytes.ts'
import { withReason } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { withPassphrase } from '../passphrase.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const forMs = input.duration('for')
  const unlocked = await withPassphrase<ResultOf<'authority.unlock'>>(
    context.environment,
    input,
    async (passphrase) =>
      await context.call('authority.unlock', {
        ...(passphrase === undefined ? {} : { passphrase: toBase64url(passphrase) }),
        ...(forMs === undefined ? {} : { forMs }),
        ...withReason(input)
      })
  )
  return {
    json: unlocked,
    text: (paint) =>
      done(paint, 'the authority key is unlocked', [['locks itself', unlocked.locksAt]]),
    quiet: [unlocked.state],
    next: 'peerage authority lock'
  }
}
