import type { Defense } from '../overlay/defense.ts'
import type { AttackReport } from './attackers/attack.ts'
import type { InsiderName } from './insiders/index.ts'

/** Certified members that lie to real daemons, with what the attack is measured by. */
export interface InsiderScenario {
  readonly name: InsiderName
  readonly title: string
  /** What the attackers do, in a sentence. */
  readonly attack: string
  /** What the control runs without. */
  readonly defenses: readonly Defense[]
  /** Who plays it, of the homes of the stage. */
  readonly insiders: readonly InsiderHome[]
  /** Rounds against every honest node. */
  readonly count: number
  /** Whether every honest node is to isolate the attacker. */
  readonly isolates: boolean
  /** Whether the attack was stopped in this run. */
  isHeld(run: InsiderRun): boolean
}

/** Homes of two members that attack, the first of them with two keys. */
export const INSIDER_HOMES = ['mallory', 'mallory-phone', 'trudy'] as const
export type InsiderHome = (typeof INSIDER_HOMES)[number]

/** One run, with the defense or without. */
export interface InsiderRun {
  readonly attack: AttackReport
  /** Reads of the record by honest nodes while the attack went on. */
  readonly reads: { readonly correct: number; readonly wrong: number; readonly failed: number }
  /** Honest nodes that cut an attacker off by its standing, of all, and when the last of them did. */
  readonly isolated: { readonly by: number; readonly of: number; readonly afterMs?: number }
  /** Honest members that honest nodes quarantined or banned. */
  readonly falsePositives: number
}

const isHarmless = ({ reads, falsePositives }: InsiderRun) =>
  reads.wrong === 0 && falsePositives === 0
const isIsolated = (run: InsiderRun) => isHarmless(run) && run.isolated.by === run.isolated.of

export const INSIDER_SCENARIOS: readonly InsiderScenario[] = [
  {
    name: 'forged',
    title: 'forged records',
    attack: 'a member stores the record of another with other content, over and over',
    defenses: ['standing'],
    insiders: ['mallory'],
    count: 20,
    isolates: true,
    isHeld: (run) => isIsolated(run) && run.attack['stored'] === 0
  },
  {
    name: 'rollback',
    title: 'an older version of a record',
    attack: 'a member stores the genuine record of another as it was before, over and over',
    defenses: ['record-order'],
    insiders: ['mallory'],
    count: 20,
    isolates: false,
    isHeld: (run) => isHarmless(run) && run.attack['older'] !== 0 && run.attack['stored'] === 0
  },
  {
    name: 'equivocation',
    title: 'two contents of one version',
    attack: 'a member signs two contents under one version and shows both to one node only',
    defenses: ['standing'],
    insiders: ['mallory'],
    count: 20,
    isolates: true,
    isHeld: isIsolated
  },
  {
    name: 'slander',
    title: 'false reports',
    attack: 'two colluders report an honest node with proofs that prove nothing',
    defenses: ['report-proof'],
    insiders: ['mallory', 'trudy'],
    count: 20,
    isolates: false,
    isHeld: (run) => isHarmless(run) && run.attack['believed'] === 0 && run.isolated.by > 0
  },
  {
    name: 'whitewash',
    title: 'a new key of the same member',
    attack: 'a member forges until it is banned, and goes on with another key',
    defenses: ['member-score'],
    insiders: ['mallory', 'mallory-phone'],
    count: 20,
    isolates: true,
    isHeld: (run) => isIsolated(run) && run.attack['returned'] === 0
  },
  {
    name: 'on-off',
    title: 'a little at a time',
    attack: 'a member misbehaves a little, leaves, comes back, and does it again',
    defenses: ['fault-memory'],
    insiders: ['mallory'],
    count: 20,
    isolates: true,
    isHeld: isIsolated
  }
]
