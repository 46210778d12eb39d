import type { Defense } from '../overlay/defense.ts'
import type { AttackReport } from './attackers/attack.ts'
import type { AttackName } from './attackers/index.ts'
import type { VictimLook } from './victim.ts'
import type { Visit } from './visitor.ts'

/** An attack on real daemons, with what it is measured by. */
export interface Scenario {
  readonly name: AttackName
  readonly title: string
  /** What the attackers do, in a sentence. */
  readonly attack: string
  /** What the control runs without. */
  readonly defenses: readonly Defense[]
  /** Sockets, handshakes per second, streams per second, rounds or requests. */
  readonly count: number
  /** Whether the attack was stopped in this run; what of it counts is said by numbers, not times. */
  isHeld(run: Run, ms: number): boolean
}

/** One run, with the defense or without. */
export interface Run {
  readonly attack: AttackReport
  readonly idle: Visit
  readonly calls: Visit
  readonly dials: Visit
  readonly victim: VictimLook & { readonly rssGrowthBytes: number }
  /** Connections of the attacker that the victim cut by itself, with the codes. */
  readonly cuts: Readonly<Record<string, number>>
  /** From its admission until the first cut, where there was one. */
  readonly isolatedAfterMs: number | undefined
  /** Honest nodes that the victim cut. */
  readonly falsePositives: number
}

export interface Outcome {
  readonly scenario: Scenario
  readonly nodes: number
  readonly seed: string
  readonly ms: number
  readonly defended: Run
  readonly control: Run
}
