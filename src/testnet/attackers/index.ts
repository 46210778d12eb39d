import { type Attack, requireBounded } from './attack.ts'
import { bomb } from './bomb.ts'
import { churn } from './churn.ts'
import { flood } from './flood.ts'
import { rpc } from './rpc.ts'
import { silent } from './silent.ts'
import { slow } from './slow.ts'

export type AttackName = 'silent' | 'flood' | 'churn' | 'bomb' | 'slow' | 'rpc'

const ATTACKS: Readonly<Record<AttackName, Attack>> = { silent, flood, churn, bomb, slow, rpc }

/** Runs one attack to its end. Throws `INVALID_ARGUMENT` where it is not bounded or not local. */
export const attack =
  (name: AttackName): Attack =>
  async (init) => {
    requireBounded(init)
    return await ATTACKS[name](init)
  }
