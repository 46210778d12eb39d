import { withReason } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { usageError } from '../usage-error.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const id = Number(input.argument('alarm'))
  if (!Number.isSafeInteger(id)) throw usageError('ALARM is a number')
  const alarm = await context.call('trust.acknowledge', { id, ...withReason(input) })
  return {
    json: alarm,
    text: (paint) =>
      done(paint, `alarm ${alarm.id} is acknowledged`, [
        ['code', alarm.code],
        ['subject', alarm.subject],
        ['meaning', alarm.message],
        ['to do', alarm.remedy]
      ]),
    quiet: [String(alarm.id)],
    next: 'peerage trust alarms'
  }
}
