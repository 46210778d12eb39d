import fc from 'fast-check'
import { ERRORS, type ErrorCode } from '../../src/errors.ts'
import type { NodeId } from '../../src/identity/node-id.ts'
import { createLedger, type Ledger, type StandingChange } from '../../src/reputation/ledger.ts'
import type { Fault } from '../../src/reputation/penalties.ts'
import type { Reputation, ReputationEvent } from '../../src/reputation/reputation.ts'
import type { Standing } from '../../src/reputation/standing.ts'
import { FakeTime } from './fake-time.ts'

export const NODE = '12D3KooWHdiAxVd8uMQR1hGWXccidmfCwLqcMpGwR6QcTP6QRMuD' as NodeId
export const START = Date.UTC(2026, 0, 1)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const codes = Object.keys(ERRORS) as ErrorCode[]

/** Some codes of each fault, by the table of errors. */
export const CODES_OF: Readonly<Record<Exclude<Fault, 'fatal'>, readonly ErrorCode[]>> = {
  slight: codes.filter((code) => ERRORS[code].penalty === 'slight'),
  minor: codes.filter((code) => ERRORS[code].penalty === 'minor'),
  major: codes.filter((code) => ERRORS[code].penalty === 'major')
}
export const HARMLESS = codes.filter(
  (code) => ERRORS[code].penalty === 'none' || ERRORS[code].penalty === 'absent'
)

export function fault(code: ErrorCode): ReputationEvent {
  return { type: 'fault', code, nodeId: NODE }
}
export const ANSWERED: ReputationEvent = { type: 'answered' }
export const MAJOR = fault('MESSAGE_MALFORMED')
export function proved(proof: string): ReputationEvent {
  return { type: 'proved', code: 'RECORD_EQUIVOCATION', nodeId: NODE, proof }
}

/** Nothing holds evidence back. */
export const NO_FLOOR = (): Standing => 'banned'

export const anyEvent: fc.Arbitrary<ReputationEvent> = fc.oneof(
  fc.constant(ANSWERED),
  fc.constantFrom(...codes).map(fault)
)
/** Events with the time that passes before each. */
export const anyHistory = fc.array(fc.tuple(fc.nat(2 * HOUR), anyEvent), { maxLength: 60 })

export interface TestLedger extends Ledger {
  readonly time: FakeTime
  readonly changes: StandingChange[]
  readonly brakes: (readonly string[])[]
  readonly stored: Map<string, Reputation>
  /** Another process on the same disk, at the same time. */
  restart(): TestLedger
}

export interface TestLedgerInit {
  readonly members?: number
  readonly exempt?: readonly string[]
  readonly time?: FakeTime
  readonly stored?: Map<string, Reputation>
}

/** A ledger on a disk of memory. */
export function testLedger(init: TestLedgerInit = {}): TestLedger {
  const { members = 30, exempt = [], time = new FakeTime(START), stored = new Map() } = init
  const changes: StandingChange[] = []
  const brakes: (readonly string[])[] = []
  const ledger = createLedger({
    store: {
      load: () => [...stored.values()],
      save(reputations) {
        for (const reputation of reputations) stored.set(reputation.member, reputation)
      },
      remove: (member) => void stored.delete(member)
    },
    clock: time,
    membersCount: () => members,
    isExempt: (member) => exempt.includes(member),
    onChange: (change) => changes.push(change),
    onBrake: (braked) => brakes.push(braked)
  })
  const restart = () => testLedger({ members, exempt, time, stored: new Map(stored) })
  return { ...ledger, time, changes, brakes, stored, restart }
}

export function times(count: number, run: () => void): void {
  for (let i = 0; i < count; i++) run()
}
