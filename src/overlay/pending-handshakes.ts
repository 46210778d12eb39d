import type { MultiaddrConnection } from '@libp2p/interface'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { addressBudgetKey, addressGroupKey } from './address-budget-key.ts'
import type { RecentOrigins } from './recent-origins.ts'

export interface PendingHandshakesInit {
  /** Hears of connections that closed before they came to the encrypter. */
  readonly onBroken: (connection: MultiaddrConnection) => void
  /** Origins with places of their own. */
  readonly recent: Pick<RecentOrigins, 'has'>
  readonly placesMax?: number
}

interface Place {
  readonly origin: string
  readonly group: string
  /** Of a member's origin: neither takes places of strangers nor gives way to them. */
  readonly isReserved: boolean
}

/**
 * Inbound connections whose handshake is under way. Nobody is turned away because others are
 * silent: where an origin, its group or the house is full, the connection that has waited longest
 * gives way, in a full house the one of the group that holds most. An honest handshake takes
 * milliseconds. A connection counts until it is admitted, refused or closed.
 */
export class PendingHandshakes {
  readonly #init: PendingHandshakesInit
  /** The oldest first. */
  readonly #places = new Map<MultiaddrConnection, Place>()
  /** Connections of which the encrypter will say how they ended. */
  readonly #claimed = new WeakSet<object>()

  constructor(init: PendingHandshakesInit) {
    this.#init = init
  }

  get size(): number {
    return this.#places.size
  }

  begin(connection: MultiaddrConnection): void {
    const { remoteAddr } = connection
    const place: Place = {
      origin: addressBudgetKey(remoteAddr),
      group: addressGroupKey(remoteAddr),
      isReserved: this.#init.recent.has(remoteAddr)
    }
    this.#makeRoom(place)
    this.#places.set(connection, place)
    connection.addEventListener('close', () => {
      const { onBroken } = this.#init
      if (this.settle(connection) && !this.#claimed.has(connection)) onBroken(connection)
    })
  }

  /** The encrypter has taken over; the connection still counts. */
  claim(connection: object): void {
    this.#claimed.add(connection)
  }

  /** The handshake has an outcome. True when it was still counted. */
  settle(connection: object): boolean {
    return this.#places.delete(connection as MultiaddrConnection)
  }

  #makeRoom({ origin, group, isReserved }: Place): void {
    const rivals = [...this.#places].filter(([, place]) => place.isReserved === isReserved)
    const ofOrigin = rivals.filter(([, place]) => place.origin === origin)
    const ofGroup = rivals.filter(([, place]) => place.group === group)
    const { placesMax = LIMITS.pendingInboundMax } = this.#init
    if (ofOrigin.length >= LIMITS.pendingInboundPerAddressMax) this.#evict(ofOrigin)
    else if (ofGroup.length >= LIMITS.pendingInboundPerGroupMax) this.#evict(ofGroup)
    else if (rivals.length >= (isReserved ? LIMITS.pendingReservedMax : placesMax)) {
      this.#evict(largestGroup(rivals))
    }
  }

  #evict([oldest]: readonly (readonly [MultiaddrConnection, Place])[]): void {
    if (oldest === undefined) return
    const [connection] = oldest
    this.settle(connection)
    connection.abort(new PeerageError('OVERLOADED'))
  }
}

function largestGroup<T extends readonly [unknown, Place]>(rivals: readonly T[]): readonly T[] {
  const groups = [...Map.groupBy(rivals, ([, place]) => place.group).values()]
  return groups.reduce((most, each) => (each.length > most.length ? each : most), [])
}
