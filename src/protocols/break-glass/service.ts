import { accept } from '../../encoding/verdict.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { createFlood, type Flood, type FloodComponents } from '../../overlay/flood.ts'
import type { BreakGlassBook, Withdrawn } from './book.ts'
import { BREAK_GLASS, type BreakGlassRequest, type BreakGlassResponse } from './messages.ts'

export interface BreakGlassFloodComponents extends FloodComponents {
  readonly book: BreakGlassBook
  /** In force here already; the peers have been told. */
  readonly onTaken: (withdrawn: Withdrawn) => void
}

export interface BreakGlassFlood extends Omit<Flood<Withdrawn>, 'spread'> {
  /** Faults as `BreakGlassBook.learn`. */
  submit(statement: Uint8Array): ReturnType<BreakGlassBook['learn']>
}

/** Floods what nodes have signed about themselves, until it is an entry of the trust log. */
export function createBreakGlassFlood(components: BreakGlassFloodComponents): BreakGlassFlood {
  const { book, onTaken } = components
  const flood = createFlood<Withdrawn, BreakGlassRequest, BreakGlassResponse>(components, {
    protocol: BREAK_GLASS,
    request: ({ bytes }) => ({ statement: bytes }),
    hear({ statement }, from) {
      const learned = learn(statement, from)
      return learned.ok ? accept({ taken: learned.value.taken }) : learned
    },
    known: book.open,
    about: ({ nodeId }) => nodeId
  })

  function learn(bytes: Uint8Array, from?: NodeId): ReturnType<BreakGlassBook['learn']> {
    const learned = book.learn(bytes)
    if (!learned.ok || !learned.value.taken) return learned
    const { withdrawn } = learned.value
    flood.spread([withdrawn], from)
    onTaken(withdrawn)
    return learned
  }

  return { ...flood, submit: (statement) => learn(statement) }
}
