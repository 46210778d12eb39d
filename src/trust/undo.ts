/** Steps that take back what was changed since an attempt began; nothing outside of one. */
export class UndoLog {
  #steps: (() => void)[] | undefined

  begin(): void {
    if (this.#steps !== undefined) throw new Error('an attempt cannot contain another')
    this.#steps = []
  }

  /** Ends the attempt; unless it is kept, everything is as it was before. */
  end(kept: boolean): void {
    const steps = this.#steps ?? []
    this.#steps = undefined
    if (!kept) for (const step of steps.reverse()) step()
  }

  note(step: () => void): void {
    this.#steps?.push(step)
  }
}

/** A map that can be taken back: `set` and `delete` are the only ways it changes. */
export class UndoMap<K, V> {
  readonly #map = new Map<K, V>()
  readonly #undo: UndoLog

  constructor(undo: UndoLog) {
    this.#undo = undo
  }

  get(key: K): V | undefined {
    return this.#map.get(key)
  }

  has(key: K): boolean {
    return this.#map.has(key)
  }

  /** In the order in which the keys came. */
  values(): readonly V[] {
    return [...this.#map.values()]
  }

  set(key: K, value: V): void {
    const before = this.#map.get(key)
    const isNew = before === undefined
    this.#undo.note(() => {
      if (isNew) this.#map.delete(key)
      else this.#map.set(key, before)
    })
    this.#map.set(key, value)
  }
}

/** A value that can be taken back. */
export class UndoCell<V> {
  #value: V
  readonly #undo: UndoLog

  constructor(undo: UndoLog, value: V) {
    this.#undo = undo
    this.#value = value
  }

  get(): V {
    return this.#value
  }

  set(value: V): void {
    const before = this.#value
    this.#undo.note(() => {
      this.#value = before
    })
    this.#value = value
  }
}
