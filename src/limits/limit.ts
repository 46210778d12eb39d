/** One bound, with its reason. */
export interface Limit {
  readonly value: number
  readonly unit: string
  readonly why: string
}

export const KIB = 1024
export const MIB = 1024 * KIB
export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export function limit(value: number, unit: string, why: string): Limit {
  return { value, unit, why }
}
