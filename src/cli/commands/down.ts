import { PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import { pause } from '../../time/pause.ts'
import type { Context } from '../context.ts'
import { done, type Report } from '../output.ts'

/** How often is looked whether the daemon has let go of its home. */
const RETRY_MS = 50

export async function run(context: Context): Promise<Report> {
  const progress = context.startProgress('stopping the node')
  try {
    const client = await context.connect()
    const { ended } = await client.subscribe({ topics: ['node.*'] }, () => {})
    await client.call('node.stop')
    await withinPatience(context, async (isOver) => {
      // The sockets close first, whatever becomes of the connection.
      await ended.catch(() => {})
      await untilFree(context, isOver)
    })
  } finally {
    progress.end()
  }
  return {
    json: { state: 'stopped' },
    text: (paint) => done(paint, 'the node has stopped'),
    next: 'peerage up'
  }
}

/** The lock of the home goes last: only then can the node be started again. */
async function untilFree({ environment, home }: Context, isOver: () => boolean): Promise<void> {
  // A socket that was named itself says nothing about the home behind it.
  if (home.socketNamed) return
  while (!isOver() && (await environment.daemonSide.isHomeInUse(home.directory))) {
    await pause(environment.scheduler, RETRY_MS)
  }
}

/** Throws `TIMEOUT`. */
function withinPatience(
  context: Context,
  work: (isOver: () => boolean) => Promise<void>
): Promise<void> {
  const patience = context.settings.timeoutMs ?? 2 * LIMITS.stopMs
  return new Promise((resolve, reject) => {
    let isOver = false
    const cancel = context.environment.scheduler.after(patience, () => {
      isOver = true
      reject(new PeerageError('TIMEOUT', { ms: patience }))
    })
    work(() => isOver)
      .then(resolve, reject)
      .finally(cancel)
  })
}
