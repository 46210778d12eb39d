import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import type { Kind } from './kind.ts'
import { type Actor, isListed } from './owner.ts'

/**
 * Whether `actor` is given a record of this kind. Whoever may write it may read it: a writer has to
 * know the version that it replaces. Asked anew for every request, so a group that is lost closes
 * the records at once; what was read before stays read.
 */
export function admitReader(
  kind: Kind,
  owner: string | undefined,
  actor: Actor | undefined
): Verdict<void, 'RECORD_READER_DENIED'> {
  const { readers } = kind
  if (readers.by === 'network') return accept(undefined)
  const mayRead = actor !== undefined && (isListed(readers, actor) || isWriter(kind, owner, actor))
  return mayRead ? accept(undefined) : refuse('RECORD_READER_DENIED', { kind: kind.name })
}

function isWriter({ writers }: Kind, owner: string | undefined, actor: Actor): boolean {
  if ('names' in writers) return isListed(writers, actor)
  return writers.by !== 'authority' && owner?.split('/')[0] === actor.member
}
