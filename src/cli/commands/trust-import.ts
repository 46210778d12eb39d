import { toBase64url } from '../../encoding/bytes.ts'
import { formatOf } from '../../encoding/json-file.ts'
import { PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import { readBreakGlassFile } from '../../trust/break-glass.ts'
import { type LogFile, readLogFile } from '../../trust/log-file.ts'
import { readCarried, requireFile, withOrWithoutDaemon } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, type Report } from '../output.ts'

/** Takes over what a file has more than the log of this home, with or without its daemon. */
export async function run(context: Context, input: Input): Promise<Report> {
  const name = input.argument('file')
  const bytes = await readCarried(context, name)
  if (formatOf(bytes)?.startsWith('peerage-break-glass/') === true) {
    return await withdraw(context, requireFile(readBreakGlassFile(bytes), name))
  }
  const file = requireFile(readLogFile(bytes), name)
  const { home, environment } = context
  const imported = await withOrWithoutDaemon(
    context,
    () => send(context, file),
    () => environment.daemonSide.importLogFile({ home: home.directory, file })
  )
  const { added, trust } = imported
  return {
    json: imported,
    text: (paint) =>
      done(
        paint,
        added === 0 ? 'the file has nothing new' : `${count(added, 'entry', 'entries')} imported`,
        [['trust log', `size ${trust.size}, root ${trust.root}`]]
      ),
    quiet: [String(added)],
    next: 'peerage trust log'
  }
}

/** Only what the node lacks: a whole log would not fit into one line of the socket. */
async function send(context: Context, file: LogFile) {
  const { size } = await context.call('trust.head', {})
  const skipped = Math.max(0, Math.min(size - file.from, file.entries.length))
  const entries = file.entries.slice(skipped).map(toBase64url)
  const characters = entries.reduce((sum, entry) => sum + entry.length + 3, 0)
  if (characters > LIMITS.rpcFrameBytesMax / 2) {
    throw new PeerageError('INVALID_ARGUMENT', {
      reason: 'that is more than a running node takes at once',
      suggestion: 'Stop it (peerage down), import, and start it again'
    })
  }
  return await context.call('trust.import', {
    network: file.network,
    genesis: toBase64url(file.genesis),
    checkpoint: toBase64url(file.checkpoint),
    from: file.from + skipped,
    entries
  })
}

/** What a node has signed about itself: it is revoked, whether the authority is there or not. */
async function withdraw(context: Context, statement: Uint8Array): Promise<Report> {
  const params = { statement: toBase64url(statement) }
  const { taken, nodeId, node, member } = await context.call('cert.withdraw', params)
  return {
    json: { taken, nodeId, node, member },
    text: (paint) =>
      done(paint, taken ? `${member}/${node} is revoked` : `${member}/${node} was revoked before`, [
        ['node id', nodeId],
        ['entry', taken ? 'follows as soon as the authority is there' : undefined]
      ]),
    quiet: [nodeId],
    next: 'peerage peer ls'
  }
}
