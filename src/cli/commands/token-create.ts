import { formatDuration } from '../../encoding/duration.ts'
import { withMarks } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { createFile } from '../output-file.ts'
import { tokenLines } from '../token-lines.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const { environment } = context
  const ttlMs = input.duration('ttl')
  const out = input.text('out')
  const file = out === undefined ? undefined : createFile(environment, out, 0o600)
  const methods = [...input.texts('method')]
  try {
    const { id, token, expiresAt } = await context.call('token.create', {
      methods,
      readsOnly: input.isSet('read-only'),
      ...(ttlMs === undefined ? {} : { ttlMs }),
      ...withMarks(input)
    })
    file?.write(new TextEncoder().encode(`${token}\n`))
    const lifetime = formatDuration(Math.max(0, Date.parse(expiresAt) - environment.clock.now()))
    return {
      json: file === undefined ? { id, token, expiresAt } : { id, file: file.path, expiresAt },
      text: (paint) => [
        ...done(paint, `token ${id}`, [
          ['allows', methods.length === 0 ? 'everything but tokens' : methods.join(' ')],
          ['only reads', input.isSet('read-only') ? 'yes' : undefined],
          ['expires', `${expiresAt} (in ${lifetime})`],
          ['file', file === undefined ? undefined : `${file.path} (mode 0600)`]
        ]),
        ...tokenLines(paint, file === undefined ? token : undefined)
      ],
      quiet: file === undefined ? [token] : [id],
      next: 'peerage --token-file FILE status'
    }
  } catch (thrown) {
    file?.discard()
    throw thrown
  }
}
