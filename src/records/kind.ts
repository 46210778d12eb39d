import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import type { UnixMillis } from '../time/clock.ts'
import { BUILT_IN_KINDS } from './built-in-kinds.ts'

/** Who may write records of a kind (SR-AC-1: exactly one policy each); RFC 6940 §7.3. */
export type WriterPolicy =
  /** Every live node of the member that owns the record. */
  | { readonly by: 'owner' }
  /** Only the node that owns the record. */
  | { readonly by: 'node' }
  /** Every live node of a member that has one of these groups now. */
  | { readonly by: 'groups'; readonly names: readonly string[] }
  /** Every live node of these members. */
  | { readonly by: 'members'; readonly names: readonly string[] }
  /** Whoever holds the authority key, which signs the record itself. */
  | { readonly by: 'authority' }

/** Whom a holder gives records of a kind to; whoever may write a record may always read it. */
export type ReaderPolicy =
  | { readonly by: 'network' }
  | { readonly by: 'groups'; readonly names: readonly string[] }
  | { readonly by: 'members'; readonly names: readonly string[] }

/**
 * A declared class of records (RFC 6940 §5.4.5, Kind-ID with data model, access control and
 * bounds). Everything that differs between classes is a field here and nowhere an `if` on a name.
 */
export interface Kind {
  /** One DNS label. */
  readonly name: string
  /**
   * `single`: one value under each owner and name. `dictionary`: under one name every writer has an
   * entry of its own, and all entries are kept at the same place.
   */
  readonly model: 'single' | 'dictionary'
  readonly writers: WriterPolicy
  readonly readers: ReaderPolicy
  readonly valueBytesMax: number
  /** Records of one owner. */
  readonly recordsMax: number
  /** Longest time between `storedAt` and expiry, in milliseconds; also what a put asks for. */
  readonly lifetimeMs: number
  /** Newest versions that a holder serves. */
  readonly versionsKept: number
  /** k: how many nodes are to hold a record. */
  readonly copies: number
  /** How many of them must have it on disk for a put to succeed; fewer where fewer are live. */
  readonly quorum: number
  /** `keep`: what was signed before a revocation stays until it expires. */
  readonly ofRevoked: 'drop' | 'keep'
}

export type KindFault = 'RECORD_KIND_UNKNOWN' | 'RECORD_KIND_RETIRED'

/** Finds a kind by name, as the trust log has it now. */
export type KindOf = (name: string) => Verdict<Kind, KindFault>

/** What the trust log says about a kind. */
export interface KindEntry {
  readonly declaration: Kind
  readonly retiredAt: UnixMillis | undefined
}

/** A kind of the trust log goes before a built-in one of the same name. */
export function createKindOf(declared: (name: string) => KindEntry | undefined): KindOf {
  return (name) => {
    const entry = declared(name)
    if (entry === undefined) {
      const builtIn = BUILT_IN_KINDS.find((kind) => kind.name === name)
      return builtIn === undefined ? refuse('RECORD_KIND_UNKNOWN', { kind: name }) : accept(builtIn)
    }
    const { declaration, retiredAt } = entry
    if (retiredAt === undefined) return accept(declaration)
    return refuse('RECORD_KIND_RETIRED', { kind: name, retiredAt })
  }
}
