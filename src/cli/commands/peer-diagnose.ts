import { DIAGNOSTIC_KINDS } from '../../protocols/diagnostics/index.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { usageError } from '../usage-error.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const kinds = input.texts('kind').map(kindOf)
  const expiresInMs = input.duration('for')
  const told = await context.call(
    'peer.diagnose',
    {
      peer: input.argument('peer'),
      ...(kinds.length === 0 ? {} : { kinds }),
      ...(expiresInMs === undefined ? {} : { expiresInMs })
    },
    { doing: 'waiting for the answer' }
  )
  const { nodeId, answers, denied } = told
  return {
    json: told,
    text: (paint) =>
      done(paint, `${nodeId} says of itself`, [
        ...answers.map(({ kind, value }) => [kind, String(value)] as const),
        ['not told', denied.length === 0 ? undefined : denied.join(', ')]
      ]),
    quiet: answers.map(({ value }) => String(value))
  }
}

function kindOf(text: string): (typeof DIAGNOSTIC_KINDS)[number] {
  const kind = DIAGNOSTIC_KINDS.find((known) => known === text)
  if (kind === undefined) throw usageError(`the kinds are ${DIAGNOSTIC_KINDS.join(', ')}`)
  return kind
}
