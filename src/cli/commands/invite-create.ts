import { formatDuration } from '../../encoding/duration.ts'
import { withMarks } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Paint, type Report } from '../output.ts'
import { createFile } from '../output-file.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const ttlMs = input.duration('ttl')
  const out = input.text('out')
  const file = out === undefined ? undefined : createFile(context.environment, out, 0o600)
  try {
    const { clock } = context.environment
    const { id, invite, expiresAt } = await context.call('invite.create', {
      member: input.required('member'),
      node: input.required('node'),
      groups: [...input.texts('group')],
      ...(ttlMs === undefined ? {} : { ttlMs }),
      ...withMarks(input)
    })
    file?.write(new TextEncoder().encode(`${invite}\n`))
    const lifetime = formatDuration(Math.max(0, Date.parse(expiresAt) - clock.now()))
    return {
      json: file === undefined ? { id, invite, expiresAt } : { id, file: file.path, expiresAt },
      text: (paint) => [
        ...done(
          paint,
          `invite ${id} for ${input.required('node')} of ${input.required('member')}`,
          [
            ['expires', `${expiresAt} (in ${lifetime})`],
            ['file', file === undefined ? undefined : `${file.path} (mode 0600)`]
          ]
        ),
        ...handOver(paint, file === undefined ? invite : undefined)
      ],
      quiet: file === undefined ? [invite] : [id],
      nextElsewhere: {
        where: 'on the other machine',
        command: 'peerage join   (asks for it, or: --invite-file FILE)'
      }
    }
  } catch (thrown) {
    file?.discard()
    throw thrown
  }
}

/** A secret is shown once; what follows it says how the other side uses it. */
function handOver(paint: Paint, invite: string | undefined): string[] {
  const what = invite === undefined ? 'The file holds' : 'This is'
  return [
    `  ${what} a one-use secret: whoever uses it first becomes that node. Hand it over privately.`,
    ...(invite === undefined ? [] : ['', paint('strong', invite), ''])
  ]
}
