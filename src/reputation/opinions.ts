import type { ErrorCode } from '../errors.ts'
import type { Clock, UnixMillis } from '../time/clock.ts'
import type { Opinion } from './opinion-list.ts'
import { REPUTATION } from './parameters.ts'

/** A list as its member signed it. */
export interface HeardList {
  /** The member whose list it is. */
  readonly by: string
  readonly version: number
  readonly expiresAt: UnixMillis
  readonly opinions: readonly Opinion[]
}

/** One opinion with whose it is. */
export interface HeardOpinion {
  readonly by: string
  readonly code: ErrorCode | undefined
}

export interface OpinionsComponents {
  readonly clock: Pick<Clock, 'now'>
  /** Whether a member is one whose word counts now: it has a node, and is not isolated here. */
  readonly isHeard: (member: string) => boolean
}

/**
 * What members to whose lists this node subscribes think of others. It is hearsay: it only orders
 * peers of one rank, like absence, and is no input of the score (docs/reputation.md). Each question
 * is answered by the moment: a list that has ended counts nothing, nor does one of whom this node
 * has isolated meanwhile.
 */
export class Opinions {
  readonly #components: OpinionsComponents
  readonly #lists = new Map<string, HeardList & { readonly said: ReadonlyMap<string, Opinion> }>()

  constructor(components: OpinionsComponents) {
    this.#components = components
  }

  /** Replaces what the same member said before. */
  hear(list: HeardList): void {
    const said = new Map(list.opinions.map((opinion) => [opinion.member, opinion]))
    this.#lists.set(list.by, { ...list, said })
  }

  forget(by: string): void {
    this.#lists.delete(by)
  }

  /** What was heard of a member, as long as it lasts; it counts where `counts` says so. */
  listOf(by: string): HeardList | undefined {
    const list = this.#lists.get(by)
    return list !== undefined && this.#components.clock.now() < list.expiresAt ? list : undefined
  }

  counts(by: string): boolean {
    return this.listOf(by) !== undefined && this.#components.isHeard(by)
  }

  /** Who warns of a member, of those who count. */
  about(member: string): readonly HeardOpinion[] {
    return [...this.#lists.values()].flatMap(({ by, said }) => {
      const found = said.get(member)
      return found !== undefined && this.counts(by) ? [{ by, code: found.code }] : []
    })
  }

  pointsAgainst(member: string): number {
    return Math.min(REPUTATION.opinionMax, this.about(member).length * REPUTATION.opinionPoints)
  }
}
