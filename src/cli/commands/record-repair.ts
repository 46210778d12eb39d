import type { Context } from '../context.ts'
import { count, done, type Report } from '../output.ts'

export async function run(context: Context): Promise<Report> {
  const repaired = await context.call('record.repair', {}, { doing: 'comparing with the holders' })
  const { records, compared, differing, restored, failed } = repaired
  return {
    json: repaired,
    text: (paint) =>
      done(paint, `${count(records, 'record')} here compared with their other holders`, [
        ['compared', `${count(compared, 'range')}, of which ${differing} were not the same`],
        ['restored', count(restored, 'copy', 'copies')],
        ['failed', failed === 0 ? undefined : count(failed, 'copy', 'copies')]
      ]),
    quiet: [String(restored)],
    next: failed === 0 ? 'peerage record ls' : 'peerage peer ls'
  }
}
