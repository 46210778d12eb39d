import type { MultiaddrConnection } from '@libp2p/interface'
import type { Clock } from '../time/clock.ts'
import type { Defense } from './defense.ts'
import { HandshakeBudget } from './handshake-budget.ts'
import { PendingHandshakes } from './pending-handshakes.ts'
import { RecentOrigins } from './recent-origins.ts'

/** What a connection goes through before anything is known about its other end. */
export interface FrontDoor {
  readonly recent: RecentOrigins
  readonly pending: PendingHandshakes
  readonly budget: Pick<HandshakeBudget, 'take'>
}

export function createFrontDoor(
  clock: Clock,
  without: ReadonlySet<Defense>,
  onBroken: (connection: MultiaddrConnection) => void
): FrontDoor {
  const recent = new RecentOrigins(clock)
  const budget = new HandshakeBudget(clock, recent)
  return {
    recent,
    pending: new PendingHandshakes({ onBroken, recent }),
    budget: without.has('handshake-rate') ? { take: () => true } : budget
  }
}
