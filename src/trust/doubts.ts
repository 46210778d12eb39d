import type { PublicKey } from '../crypto/ed25519.ts'
import { equalBytes } from '../encoding/bytes.ts'

/** What this node no longer believes. */
export interface Doubts {
  /** The key has signed two histories, and nobody has decided yet. */
  isDoubted(key: PublicKey): boolean
  /** Whether the tree, unlike its first `from` leaves, contains a history that was given up. */
  isGivenUp(from: number, tree: { readonly size: number; root(size: number): Uint8Array }): boolean
}

export const NO_DOUBTS: Doubts = { isDoubted: () => false, isGivenUp: () => false }

/**
 * `keep`: this node goes on with its own history. `switch`: it gives that up and takes over the one
 * of its peers, from genesis on, at its next start; `switched`: it has done so.
 */
export type Decision = 'keep' | 'switch' | 'switched'

export interface Doubt {
  readonly key: PublicKey
  readonly evidence: Uint8Array
  readonly decision: Decision | undefined
  /** The head of the history that was given up. */
  readonly givenUp: { readonly size: number; readonly root: Uint8Array } | undefined
}

/** Where doubts are kept, one for each key. Every change is on disk when the call returns. */
export interface DoubtStore {
  load(): readonly Doubt[]
  save(doubt: Doubt): void
}

/** Doubts that outlive the process. The first evidence against a key is kept; more says no more. */
export class StoredDoubts implements Doubts {
  readonly #store: DoubtStore
  readonly #doubts: Doubt[]

  constructor(store: DoubtStore) {
    this.#store = store
    this.#doubts = [...store.load()]
  }

  all(): readonly Doubt[] {
    return this.#doubts
  }

  of(key: PublicKey): Doubt | undefined {
    return this.#doubts.find((doubt) => doubt.key.equals(key))
  }

  isDoubted(key: PublicKey): boolean {
    const doubt = this.of(key)
    return doubt !== undefined && doubt.decision !== 'keep' && doubt.decision !== 'switched'
  }

  isGivenUp(
    from: number,
    tree: { readonly size: number; root(size: number): Uint8Array }
  ): boolean {
    return this.#doubts.some(({ givenUp }) => {
      if (givenUp === undefined || givenUp.size <= from || givenUp.size > tree.size) return false
      return equalBytes(tree.root(givenUp.size), givenUp.root)
    })
  }

  /** False when the key is known to have done so. */
  add(key: PublicKey, evidence: Uint8Array): boolean {
    if (this.of(key) !== undefined) return false
    this.#save({ key, evidence, decision: undefined, givenUp: undefined })
    return true
  }

  decide(doubt: Doubt, decision: Decision, givenUp = doubt.givenUp): void {
    this.#save({ ...doubt, decision, givenUp })
  }

  #save(doubt: Doubt): void {
    this.#store.save(doubt)
    const at = this.#doubts.findIndex(({ key }) => key.equals(doubt.key))
    if (at === -1) this.#doubts.push(doubt)
    else this.#doubts[at] = doubt
  }
}
