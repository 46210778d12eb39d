import { EXIT } from '../../errors.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, printable, type Report } from '../output.ts'

/** For supervisors of containers: the exit code is the answer. */
export async function run(context: Context, input: Input): Promise<Report> {
  const health = await context.call('node.health', {})
  const { ready, reasons } = health
  const isWell = ready || input.isSet('live')
  return {
    json: health,
    text: (paint) =>
      ready
        ? done(paint, 'ready')
        : [
            `${paint('bad', '✖')} not ready`,
            ...reasons
              .slice(0, REASONS_MAX)
              .flatMap(({ code, message, remedy }) => [
                `  ${paint('strong', code)}  ${printable(message)}`,
                `  ${paint('strong', 'fix:')} ${printable(remedy)}`
              ])
          ],
    quiet: [ready ? 'ready' : 'not ready'],
    next: 'peerage status',
    ...(isWell ? {} : { exit: EXIT.failure })
  }
}

const REASONS_MAX = 5
