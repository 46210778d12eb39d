import { toBase64url } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import { withMarks } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { readInput } from '../input-file.ts'
import { done, type Report } from '../output.ts'
import { storedFacts } from '../stored-facts.ts'
import { usageError } from '../usage-error.ts'

/** What fits into one request as base64url, with room for the rest of it. */
const VALUE_BYTES_MAX = (LIMITS.rpcFrameBytesMax / 4) * 3 - 4096

export async function run(context: Context, input: Input): Promise<Report> {
  const expectedVersion = input.integer('expect-version')
  const lifetimeMs = input.duration('lifetime')
  const whose = input.text('owner')
  const sealTo = input.texts('seal-to')
  const record = await context.call(
    'record.put',
    {
      kind: input.argument('kind'),
      name: input.argument('name'),
      ...(await contentOf(context, input)),
      ...(whose === undefined ? {} : { owner: whose }),
      ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
      ...(sealTo.length === 0 ? {} : { sealTo: [...sealTo] }),
      ...withMarks(input)
    },
    { doing: 'storing' }
  )
  const { kind, owner, name, version } = record
  return {
    json: record,
    text: (paint) =>
      done(paint, `${kind} ${name} of ${owner}, version ${version}`, storedFacts(record)),
    quiet: [record.digest],
    next: `peerage record get ${kind} ${name} --owner ${owner}`
  }
}

async function contentOf(
  context: Context,
  input: Input
): Promise<{ text: string } | { value: string }> {
  const word = input.optionalArgument('value')
  const file = input.text('file')
  if ((word === undefined) === (file === undefined)) {
    throw usageError('give the value as one word, with --file FILE, or as - for standard input')
  }
  if (word !== undefined && word !== '-') return { text: bounded(word) }
  const bytes = await readInput(context.environment, file ?? '-', VALUE_BYTES_MAX)
  return { value: toBase64url(bytes) }
}

function bounded(word: string): string {
  if (Buffer.byteLength(word) <= VALUE_BYTES_MAX) return word
  throw new PeerageError('RECORD_TOO_LARGE', { maximum: LIMITS.noteValueBytesMax })
}
