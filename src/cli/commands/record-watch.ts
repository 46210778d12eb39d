import type { RecordChanged } from '../../control/record-changed.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, type Report } from '../output.ts'

/** Prints a line for each newer version, until it is stopped or has printed enough. */
export async function run(context: Context, input: Input): Promise<Report> {
  const { environment, settings } = context
  const owner = input.text('owner')
  const since = input.text('since')
  const countMax = input.integer('count') ?? Number.POSITIVE_INFINITY
  const client = await context.connect()
  const { promise: enough, resolve } = Promise.withResolvers<void>()
  let changes = 0
  let last: string | undefined
  const watch = await client.watchRecord(
    {
      ...{ kind: input.argument('kind'), name: input.argument('name') },
      ...(owner === undefined ? {} : { owner }),
      ...(since === undefined ? {} : { since })
    },
    (change) => {
      if (changes >= countMax) return
      changes += 1
      last = change.cursor
      environment.stdout.write(`${settings.json ? JSON.stringify(change) : lineOf(change)}\n`)
      if (changes >= countMax) resolve()
    }
  )
  if (countMax === 0) resolve()
  const endSignal = environment.onStopSignal(resolve)
  try {
    await Promise.race([enough, watch.ended])
  } finally {
    endSignal()
  }
  await watch.close()
  const cursor = last ?? watch.cursor
  return {
    json: { changes, cursor },
    text: () => [`${count(changes, 'change')} seen`],
    quiet: [cursor],
    next: `${context.program} record watch ${input.argument('kind')} ${input.argument('name')} --since ${cursor}`
  }
}

function lineOf({ version, digest, deleted, missed }: RecordChanged): string {
  const what = deleted ? 'deleted' : digest
  return `version ${version}  ${what}${missed === 0 ? '' : `  (${count(missed, 'version')} missed)`}`
}
