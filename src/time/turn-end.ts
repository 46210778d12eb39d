/** Runs once the event loop has gone through everything that is ready in this turn. */
export type AtTurnEnd = (run: () => void) => void

export const atTurnEnd: AtTurnEnd = (run) => {
  setImmediate(run)
}
