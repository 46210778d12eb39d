import { resolve } from 'node:path'
import { formatTime } from '../../time/clock.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, type Report } from '../output.ts'
import { withPassphrase } from '../passphrase.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const { environment, home } = context
  const file = resolve(environment.cwd, input.argument('file'))
  const isLatest = input.isSet('latest')
  const restored = await withPassphrase(environment, input, (passphrase) =>
    environment.daemonSide.restoreHome({ home: home.directory, file, passphrase, isLatest })
  )
  const { madeAt, entries, nodeId, files } = restored
  const holdsAuthority = files.some(({ name }) => name === 'authority.key')
  return {
    json: { home: home.directory, latest: isLatest, ...restored },
    text: (paint) =>
      done(paint, `restored as it was on ${formatTime(madeAt)}`, [
        ['home', home.directory],
        ['node id', nodeId],
        ['entries', `${count(entries, 'entry', 'entries')} of the trust log`],
        ['first', 'be sure that the node never runs in its old home again'],
        ['left out', 'invites and tokens: make them again'],
        ['authority', holdsAuthority && !isLatest ? 'signs once most nodes were met' : undefined]
      ]),
    quiet: [home.directory],
    next: 'peerage up'
  }
}
