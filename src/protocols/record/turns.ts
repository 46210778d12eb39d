import { toHex } from '../../encoding/bytes.ts'

/** Runs what concerns one location after what came before for it; other locations do not wait. */
export type InTurn = <T>(location: Uint8Array, run: () => Promise<T>) => Promise<T>

export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return (location, run) => {
    const key = toHex(location)
    const turn = (last.get(key) ?? Promise.resolve()).then(run)
    // The failure belongs to the caller of this turn; the next one only waits for its end.
    const end = turn.then(
      () => {},
      () => {}
    )
    last.set(key, end)
    void end.then(() => {
      if (last.get(key) === end) last.delete(key)
    })
    return turn
  }
}
