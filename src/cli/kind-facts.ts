import type { ResultOf } from '../control/methods/index.ts'
import { formatDuration } from '../encoding/duration.ts'
import { usageError } from './usage-error.ts'

type Kind = Pick<
  ResultOf<'kind.show'>,
  | 'writers'
  | 'readers'
  | 'valueBytesMax'
  | 'recordsMax'
  | 'lifetimeMs'
  | 'versionsKept'
  | 'copies'
  | 'quorum'
  | 'ofRevoked'
>
type Policy = { readonly by: string; readonly names?: readonly string[] | undefined }

/** What a kind allows, line by line. */
export function kindFacts(kind: Kind): (readonly [string, string])[] {
  return [
    ['writers', showPolicy(kind.writers)],
    ['readers', showPolicy(kind.readers)],
    ['value', `up to ${kind.valueBytesMax} bytes`],
    ['records', `up to ${kind.recordsMax} of one owner`],
    ['lifetime', `up to ${formatDuration(kind.lifetimeMs)}`],
    ['versions', `${kind.versionsKept} kept`],
    ['copies', `${kind.copies}, of which ${kind.quorum} must be on disk`],
    ['of revoked', kind.ofRevoked]
  ]
}

/** As it is typed: `owner`, or `group:ops group:dev`. */
export function showPolicy({ by, names = [] }: Policy): string {
  const noun = by.replace(/s$/, '')
  return names.length === 0 ? by : names.map((name) => `${noun}:${name}`).join(' ')
}

/** The other way; undefined where nothing was typed. All words of one option are of one sort. */
export function parsePolicy<By extends string>(
  option: string,
  words: readonly string[],
  alone: readonly By[]
): { by: By | 'groups' | 'members'; names?: string[] } | undefined {
  const [first, ...others] = words
  if (first === undefined) return undefined
  const word = alone.find((by) => by === first)
  if (word !== undefined && others.length === 0) return { by: word }
  const noun = first.split(':')[0] ?? ''
  const names = words.map((each) => each.slice(noun.length + 1))
  const isList = LISTS.has(noun) && words.every((each) => each.startsWith(`${noun}:`))
  if (isList) return { by: noun === 'group' ? 'groups' : 'members', names }
  const choices = [...alone, 'group:NAME', 'member:NAME']
  throw usageError(`--${option} takes one of ${choices.join(', ')}; several names of one sort`)
}

const LISTS = new Set(['group', 'member'])
