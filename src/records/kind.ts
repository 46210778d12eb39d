import { LIMITS } from '../limits.ts'

/** Who may write a record of a kind. `owner-member`: every live node of the member that owns it. */
export type WriterPolicy = 'owner-member'

/**
 * A declared class of records (RFC 6940 §5.4.5, Kind-ID with data model, access control and
 * bounds). Everything that differs between classes is a field here and nowhere an `if`.
 */
export interface Kind {
  /** One DNS label. */
  readonly name: string
  /** `single`: one value under each (owner, name). */
  readonly model: 'single'
  readonly writer: WriterPolicy
  /** `network`: every admitted node may read it. */
  readonly reader: 'network'
  readonly valueBytesMax: number
  /** Longest time between `storedAt` and expiry, in milliseconds; also what a put asks for. */
  readonly lifetimeMs: number
  /** Newest versions that a holder serves. */
  readonly versionsKept: 1
}

/** Finds a kind by name. Later the trust log declares kinds; the callers stay as they are. */
export type KindOf = (name: string) => Kind | undefined

export const NOTE: Kind = {
  name: 'note',
  model: 'single',
  writer: 'owner-member',
  reader: 'network',
  valueBytesMax: LIMITS.noteValueBytesMax,
  lifetimeMs: LIMITS.noteLifetimeMs,
  versionsKept: 1
}

const BUILT_IN: readonly Kind[] = [NOTE]

export const kindOf: KindOf = (name) => BUILT_IN.find((kind) => kind.name === name)
