import type { ResultOf } from '../../control/methods/index.ts'
import { formatDuration } from '../../encoding/duration.ts'
import { PeerageError } from '../../errors.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { cutTable } from '../list-report.ts'
import { alignedFacts, count, createPaint, LINES_MAX, printable, type Report } from '../output.ts'
import { createFile } from '../output-file.ts'

type Got = ResultOf<'record.get'>

export async function run(context: Context, input: Input): Promise<Report> {
  const owner = input.text('owner')
  const named = { kind: input.argument('kind'), name: input.argument('name') }
  const params = { ...named, ...(owner === undefined ? {} : { owner }) }
  const out = input.text('out')
  try {
    const record = await context.call('record.get', params, { doing: 'asking the holders' })
    return out === undefined ? print(context, record) : write(context, record, out)
  } catch (thrown) {
    if (!isDictionary(thrown) || out !== undefined) throw thrown
    return listEntries(context, await context.call('record.entries', named))
  }
}

/** What belongs to several writers has to be asked for as a whole. */
function isDictionary(thrown: unknown): boolean {
  return (
    thrown instanceof PeerageError &&
    thrown.code === 'RECORD_OWNER_NEEDED' &&
    thrown.details['model'] === 'dictionary'
  )
}

/** The value alone goes to standard output; what is known of it, to standard error. */
function print({ environment, settings }: Context, record: Got): Report {
  const shown = record.text ?? record.value
  const terminal = environment.stdout.isTTY === true
  // A pipe gets the text as it is; a terminal must not be driven by it.
  const text = terminal ? printable(shown, '\n\t') : shown
  if (!settings.json && !settings.quiet) {
    const paint = createPaint(settings.color && environment.stderr.isTTY === true)
    const facts = alignedFacts(factsOf(record)).map((line) => paint('dim', line))
    environment.stderr.write(`${facts.join('\n')}\n`)
  }
  return { json: record, text: () => [text], quiet: [text] }
}

function factsOf(record: Got): (readonly [string, string | undefined])[] {
  const { version, signedBy, ageMs, holdersAsked, expiresAt, conflict } = record
  const { readers, answered, isStale } = record
  return [
    ['version', `${version}, signed by ${signedBy} ${formatDuration(ageMs)} ago`],
    ['copies', copiesOf(record)],
    ['sealed', readers === undefined ? undefined : `to ${readers.join(', ')}`],
    ['expires', expiresAt],
    [
      'warning',
      isStale
        ? `only ${answered} of ${count(holdersAsked, 'other')} answered: a newer version may exist`
        : undefined
    ],
    ['warning', conflict ? 'its writer has signed other content under this version' : undefined]
  ]
}

/** Who asks is counted apart from those who were asked. */
function copiesOf({ verifiedFrom, isHeldHere, holdersAsked }: Got): string {
  if (!isHeldHere) return `at ${verifiedFrom.length} of ${count(holdersAsked, 'node')} asked`
  if (holdersAsked === 0) return 'here; there was nobody else to ask'
  return `here, and at ${verifiedFrom.length - 1} of ${count(holdersAsked, 'other')} asked`
}

function write({ environment }: Context, record: Got, out: string): Report {
  const file = createFile(environment, out, 0o644)
  file.write(Buffer.from(record.value, 'base64url'))
  const { kind, name, version } = record
  return {
    json: { ...record, file: file.path },
    text: (paint) => [
      `${paint('good', '✔')} ${kind} ${name} of ${record.owner}, version ${version}: ${file.path}`
    ],
    quiet: [file.path]
  }
}

function listEntries(context: Context, read: ResultOf<'record.entries'>): Report {
  const { kind, name, entries, complete } = read
  return {
    json: read,
    text: (paint) =>
      cutTable(paint, {
        heading: ['OWNER', 'VERSION', 'AGE', 'VALUE'],
        rows: entries.map((entry) => [
          entry.owner,
          entry.conflict ? `${entry.version} (conflict)` : String(entry.version),
          formatDuration(entry.ageMs),
          printable(entry.text ?? entry.value).slice(0, VALUE_SHOWN)
        ]),
        empty: 'no entries',
        linesMax: LINES_MAX - 1,
        all: `${context.program} record get ${kind} ${name} --json`,
        atLeast: !complete
      }),
    quiet: entries.map((entry) => entry.owner),
    next: `peerage record get ${kind} ${name} --owner OWNER`
  }
}

const VALUE_SHOWN = 40
