import { PeerageError } from '../../errors.ts'
import type { Kind, KindOf } from '../../records/kind.ts'
import { type RecordKey, recordLocation, recordPlace } from '../../records/location.ts'
import { type Actor, defaultOwner, ownerSchema } from '../../records/owner.ts'
import { parseRecordName } from '../../records/record-name.ts'

export interface RecordWanted {
  readonly kind: string
  readonly name: string
  /** Default: this member or node, or the one group or member that the kind names. */
  readonly owner?: string | undefined
}

/** A record that was asked for: what it is called, and where it is. */
export interface Target {
  readonly kind: Kind
  readonly key: RecordKey
  /** Of this very record. */
  readonly location: Uint8Array
  /** Where its holders are looked for. */
  readonly place: Uint8Array
}

/**
 * Throws `RECORD_KIND_UNKNOWN`, `RECORD_KIND_RETIRED`, `RECORD_NAME_INVALID`, `INVALID_ARGUMENT`,
 * `RECORD_OWNER_NEEDED` where an owner is needed and not given.
 */
export function requireTarget(
  { kindOf, actor, network }: { kindOf: KindOf; actor: Actor; network: RecordKey['network'] },
  wanted: RecordWanted
): Target {
  const kind = requireKind(kindOf, wanted.kind)
  const owner = wanted.owner ?? defaultOwner(kind, actor)
  if (owner === undefined) {
    throw new PeerageError('RECORD_OWNER_NEEDED', { kind: kind.name, model: kind.model })
  }
  if (!ownerSchema.safeParse(owner).success) throw new PeerageError('INVALID_ARGUMENT', { owner })
  const key = { network, kind: kind.name, owner, name: requireRecordName(wanted.name) }
  return { kind, key, location: recordLocation(key), place: recordPlace(key, kind) }
}

export function requireKind(kindOf: KindOf, name: string): Kind {
  const kind = kindOf(name)
  if (!kind.ok) throw new PeerageError(kind.fault, kind.detail)
  return kind.value
}

export function requireRecordName(text: string): string {
  const name = parseRecordName(text)
  if (!name.ok) throw new PeerageError(name.fault, name.detail)
  return name.value
}

/** Whether an error says that there is no such record, now or any more. */
export function isAbsent(error: unknown): error is PeerageError {
  return (
    error instanceof PeerageError &&
    (error.code === 'RECORD_NOT_FOUND' || error.code === 'RECORD_DELETED')
  )
}
