import type { MultiaddrConnection } from '@libp2p/interface'
import { PeerageError } from '../errors.ts'
import { addressBudgetKey, addressGroupKey } from './address-budget-key.ts'

interface Place {
  readonly origin: string
  readonly group: string
}

/**
 * The places of strangers at the front desk. In a full house whoever comes from a group that has
 * fewer places than the largest one gets the place that a connection of that group has held
 * longest, and within a group the same goes for its origins; only who comes from where most are
 * already is turned away. So the places go round, however many somebody wants to hold, and a fleet
 * behind one address does not drive itself out.
 */
export class DeskPlaces {
  readonly #placesMax: number
  /** The oldest first. */
  readonly #places = new Map<MultiaddrConnection, Place>()

  constructor(placesMax: number) {
    this.#placesMax = placesMax
  }

  /** False when there is no place; otherwise the connection has one until it closes. */
  take(connection: MultiaddrConnection): boolean {
    const { remoteAddr } = connection
    const place = { origin: addressBudgetKey(remoteAddr), group: addressGroupKey(remoteAddr) }
    if (this.#places.size >= this.#placesMax) {
      const yields = this.#yielding(place)
      if (yields === undefined) return false
      this.#places.delete(yields)
      yields.abort(new PeerageError('OVERLOADED'))
    }
    this.#places.set(connection, place)
    connection.addEventListener('close', () => this.#places.delete(connection))
    return true
  }

  #yielding(newcomer: Place): MultiaddrConnection | undefined {
    const all = [...this.#places]
    const group = largest(all, ([, place]) => place.group)
    const ofOwnGroup = all.filter(([, place]) => place.group === newcomer.group)
    if (group.length > ofOwnGroup.length) return group[0]?.[0]
    const origin = largest(ofOwnGroup, ([, place]) => place.origin)
    const ofOwnOrigin = ofOwnGroup.filter(([, place]) => place.origin === newcomer.origin)
    return origin.length > ofOwnOrigin.length ? origin[0]?.[0] : undefined
  }
}

function largest<T>(all: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const groups = [...Map.groupBy(all, keyOf).values()]
  return groups.reduce((most, each) => (each.length > most.length ? each : most), [])
}
