import { type InsiderAttack, requireBoundedInsider } from './campaign.ts'
import { equivocation } from './equivocation.ts'
import { forged } from './forged.ts'
import { onOff } from './on-off.ts'
import { rollback } from './rollback.ts'
import { slander } from './slander.ts'
import { whitewash } from './whitewash.ts'

const ATTACKS = { forged, rollback, equivocation, slander, whitewash, 'on-off': onOff } as const

export type InsiderName = keyof typeof ATTACKS

/** Runs one attack to its end. Throws `INVALID_ARGUMENT` where it is not bounded or not local. */
export const insiderAttack =
  (name: InsiderName): InsiderAttack =>
  async (init) => {
    requireBoundedInsider(init)
    return await ATTACKS[name](init)
  }
