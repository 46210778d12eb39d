import type { MultiaddrConnection } from '@libp2p/interface'
import { LIMITS } from '../limits.ts'
import { addressBudgetKey } from './address-budget-key.ts'

/**
 * Inbound connections whose handshake is under way, counted per origin: one address cannot hold
 * all slots by being silent. A connection counts until it is admitted, refused or closed.
 */
export class PendingHandshakes {
  readonly #counts = new Map<string, number>()
  /** Origin of each connection. */
  readonly #pending = new Map<object, string>()
  /** Connections of which the encrypter will say how they ended. */
  readonly #claimed = new WeakSet<object>()
  readonly #onBroken: (connection: MultiaddrConnection) => void

  /** `onBroken` hears of connections that closed before they came to the encrypter. */
  constructor(onBroken: (connection: MultiaddrConnection) => void) {
    this.#onBroken = onBroken
  }

  /** False when the origin has `LIMITS.pendingInboundPerAddressMax` under way already. */
  begin(connection: MultiaddrConnection): boolean {
    const key = addressBudgetKey(connection.remoteAddr)
    const count = this.#counts.get(key) ?? 0
    if (count >= LIMITS.pendingInboundPerAddressMax) return false
    this.#counts.set(key, count + 1)
    this.#pending.set(connection, key)
    connection.addEventListener('close', () => {
      if (this.settle(connection) && !this.#claimed.has(connection)) this.#onBroken(connection)
    })
    return true
  }

  /** The encrypter has taken over; the connection still counts. */
  claim(connection: object): void {
    this.#claimed.add(connection)
  }

  /** The handshake has an outcome. True when it was still counted. */
  settle(connection: object): boolean {
    const key = this.#pending.get(connection)
    if (key === undefined) return false
    this.#pending.delete(connection)
    const count = (this.#counts.get(key) ?? 1) - 1
    if (count === 0) this.#counts.delete(key)
    else this.#counts.set(key, count)
    return true
  }
}
