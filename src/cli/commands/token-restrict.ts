import { type Caveat, methodPattern, parseToken, restrictToken } from '../../control/token.ts'
import { PeerageError } from '../../errors.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { createFile } from '../output-file.ts'
import { readToken } from '../secret-input.ts'
import { tokenLines } from '../token-lines.ts'
import { usageError } from '../usage-error.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const { environment } = context
  const before = readToken(environment, input.argument('file'))
  const restricted = restrictToken(before, caveatOf(input, environment.clock.now()))
  if (!restricted.ok) throw new PeerageError(restricted.fault, restricted.detail)
  const token = restricted.value
  const parsed = parseToken(token)
  const id = parsed.ok ? parsed.value.id : ''
  const out = input.text('out')
  const file = out === undefined ? undefined : createFile(environment, out, 0o600)
  file?.write(new TextEncoder().encode(`${token}\n`))
  return {
    json: file === undefined ? { id, token } : { id, file: file.path },
    text: (paint) => [
      ...done(paint, `token ${id}, narrowed`, [
        ['file', file === undefined ? undefined : `${file.path} (mode 0600)`]
      ]),
      ...tokenLines(paint, file === undefined ? token : undefined)
    ],
    quiet: file === undefined ? [token] : [id],
    next: 'peerage --token-file FILE status'
  }
}

function caveatOf(input: Input, now: number): Caveat {
  const methods = [...input.texts('method')]
  const ttlMs = input.duration('ttl')
  const wrong = methods.find((method) => !methodPattern.safeParse(method).success)
  if (wrong !== undefined) {
    throw new PeerageError('INVALID_ARGUMENT', { reason: '--method takes record.get or record.*' })
  }
  if (methods.length === 0 && ttlMs === undefined && !input.isSet('read-only')) {
    throw usageError('say what to narrow: --method METHOD, --read-only or --ttl DUR')
  }
  return {
    ...(input.isSet('read-only') ? { access: 'observe' } : {}),
    ...(methods.length === 0 ? {} : { methods }),
    ...(ttlMs === undefined ? {} : { notAfter: now + ttlMs })
  }
}
