/** Whoever wants to hear of something. Every one hears of it, whatever the others do. */
export class Listeners<T> {
  readonly #listeners = new Set<(news: T) => void>()

  /** Returns the function that ends this. */
  add(listener: (news: T) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** A listener that throws has a bug, which is reported when all have heard: `AggregateError`. */
  tell(news: T): void {
    const faults: unknown[] = []
    for (const listener of [...this.#listeners]) {
      try {
        listener(news)
      } catch (error) {
        faults.push(error)
      }
    }
    if (faults.length > 0) throw new AggregateError(faults, 'listeners of the trust log failed')
  }
}
