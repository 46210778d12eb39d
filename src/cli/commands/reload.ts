import type { Context } from '../context.ts'
import { done, type Report } from '../output.ts'

export async function run(context: Context): Promise<Report> {
  const reloaded = await context.call('node.reload', {})
  const { applied, later } = reloaded
  const said = (names: readonly string[]) => (names.length === 0 ? undefined : names.join(', '))
  return {
    json: reloaded,
    text: (paint) =>
      done(paint, 'the configuration was read again', [
        ['in force', said(applied) ?? 'nothing has changed'],
        ['at the next start', said(later)]
      ]),
    quiet: applied,
    next: 'peerage config show'
  }
}
