import { PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import type { Context } from '../context.ts'
import { done, type Report } from '../output.ts'

export async function run(context: Context): Promise<Report> {
  const progress = context.startProgress('stopping the node')
  try {
    const client = await context.connect()
    const { ended } = await client.subscribe({ topics: ['node.*'] }, () => {})
    await client.call('node.stop')
    await untilEnded(context, ended)
  } finally {
    progress.end()
  }
  return {
    json: { state: 'stopped' },
    text: (paint) => done(paint, 'the node has stopped'),
    next: 'peerage up'
  }
}

/** The daemon closes the connection as it ends. Throws `TIMEOUT`. */
function untilEnded(context: Context, ended: Promise<void>): Promise<void> {
  const patience = context.settings.timeoutMs ?? 2 * LIMITS.stopMs
  return new Promise((resolve, reject) => {
    const cancel = context.environment.scheduler.after(patience, () =>
      reject(new PeerageError('TIMEOUT', { ms: patience }))
    )
    const settle = () => {
      cancel()
      resolve()
    }
    ended.then(settle, settle)
  })
}
