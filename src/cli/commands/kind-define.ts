import type { ParamsOf } from '../../control/methods/index.ts'
import { withKey, withWait } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { kindFacts, parsePolicy } from '../kind-facts.ts'
import { done, type Report } from '../output.ts'
import { decided, receiptFacts } from '../receipt.ts'
import { withOffline, writtenRequest } from '../request.ts'
import { usageError } from '../usage-error.ts'

type Bounds = Pick<
  ParamsOf<'kind.define'>,
  'valueBytesMax' | 'recordsMax' | 'lifetimeMs' | 'versionsKept' | 'copies' | 'quorum'
>

export async function run(context: Context, input: Input): Promise<Report> {
  const writers = parsePolicy('writer', input.texts('writer'), ['owner', 'node', 'authority'])
  const readers = parsePolicy('reader', input.texts('reader'), ['network'])
  const bounds: Bounds = {
    valueBytesMax: input.integer('max-bytes'),
    recordsMax: input.integer('max-count'),
    lifetimeMs: input.duration('lifetime'),
    versionsKept: input.integer('versions'),
    copies: input.integer('copies'),
    quorum: input.integer('quorum')
  }
  const defined = await context.call('kind.define', {
    kind: input.argument('kind'),
    model: choice(input, 'model', ['single', 'dictionary']),
    ...{ writers, readers },
    ...bounds,
    dryRun: input.isSet('dry-run'),
    ...withOffline(input),
    ...withWait(input),
    ...withKey(input)
  })
  const request = await writtenRequest(context, input, defined)
  if (request !== undefined) return request
  const { dryRun, kind, model } = defined
  return {
    json: defined,
    text: (paint) =>
      done(paint, decided(dryRun, `kind ${kind}, ${model}`), [
        ...kindFacts(defined),
        ...receiptFacts(defined)
      ]),
    quiet: [kind],
    next: `peerage record put ${kind} NAME VALUE`
  }
}

function choice<Word extends string>(
  input: Input,
  option: string,
  words: readonly Word[]
): Word | undefined {
  const given = input.text(option)
  if (given === undefined) return undefined
  const word = words.find((each) => each === given)
  if (word === undefined) throw usageError(`--${option} takes ${words.join(' or ')}`)
  return word
}
