import { withMarks } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { storedFacts } from '../stored-facts.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const expectedVersion = input.integer('expect-version')
  const whose = input.text('owner')
  const deleted = await context.call(
    'record.remove',
    {
      kind: input.argument('kind'),
      name: input.argument('name'),
      ...(whose === undefined ? {} : { owner: whose }),
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
      ...withMarks(input)
    },
    { doing: 'deleting' }
  )
  const { kind, name, owner, version } = deleted
  return {
    json: deleted,
    text: (paint) =>
      done(
        paint,
        `${kind} ${name} of ${owner} deleted by version ${version}`,
        storedFacts(deleted)
      ),
    quiet: [deleted.digest],
    next: `peerage record history ${kind} ${name} --owner ${owner}`
  }
}
