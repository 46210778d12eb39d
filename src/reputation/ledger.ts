import { LIMITS } from '../limits.ts'
import type { Clock, UnixMillis } from '../time/clock.ts'
import { REPUTATION } from './parameters.ts'
import {
  applyEvent,
  isIsolatedUnproved,
  type Reputation,
  type ReputationEvent,
  restrain,
  scoreOf,
  settle,
  standingOf,
  unknownReputation
} from './reputation.ts'
import { depthOf, type Standing } from './standing.ts'

/** Where reputations outlive the process. */
export interface ReputationStore {
  load(): Iterable<Reputation>
  /** All or none, on disk when it returns. */
  save(reputations: readonly Reputation[]): void
  remove(member: string): void
}

export interface StandingChange {
  readonly member: string
  readonly from: Standing
  readonly to: Standing
  readonly reputation: Reputation
}

export interface LedgerComponents {
  readonly store: ReputationStore
  readonly clock: Pick<Clock, 'now'>
  /** Number of the other members that have a node now: what the brake takes its share of. */
  readonly membersCount: () => number
  /** Members that evidence without proof never isolates (docs/reputation.md). */
  readonly isExempt: (member: string) => boolean
  readonly onChange: (change: StandingChange) => void
  /** The brake holds somebody, or holds nobody any more. */
  readonly onBrake: (braked: readonly string[]) => void
}

/** The reputations of all members at this node. What is decided about each is in reputation.ts. */
export interface Ledger {
  apply(member: string, event: ReputationEvent): void
  /** As it is now; of a member never met, the one that every member begins with. */
  reputation(member: string): Reputation
  standing(member: string): Standing
  /** Every member of which something is known. */
  all(): readonly Reputation[]
  /** Lets time act on everybody: bans end, standings rise, the brake is kept. */
  tick(): void
  /** Writes what is not on disk yet. */
  save(): void
}

/** Throws what the store throws. */
export function createLedger(components: LedgerComponents): Ledger {
  const { store, clock } = components
  const members = new Map<string, Reputation>()
  /** The standing that was last told of each; a change is told once, whatever caused it. */
  const told = new Map<string, Standing>()
  const unsaved = new Set<string>()
  let braked: readonly string[] = []

  for (const reputation of store.load()) {
    members.set(reputation.member, reputation)
    told.set(reputation.member, standingOf(reputation, reputation.at))
  }

  function find(member: string): Reputation {
    return members.get(member) ?? unknownReputation(member, clock.now())
  }

  /** What a crash must not undo is on disk before anybody acts on it. */
  function put(after: Reputation, now: UnixMillis): void {
    const { member } = after
    const before = members.get(member)
    if (before === undefined) makeRoom(now)
    members.set(member, after)
    unsaved.add(member)
    const from = told.get(member) ?? 'neutral'
    const to = standingOf(after, now)
    told.set(member, to)
    const isDecided = before?.ban !== after.ban || before?.allowance !== after.allowance
    if (from !== to || isDecided) save()
    if (from !== to) components.onChange({ member, from, to, reputation: after })
  }

  function save(): void {
    const changed = [...unsaved].flatMap((member) => members.get(member) ?? [])
    if (changed.length > 0) store.save(changed)
    unsaved.clear()
  }

  /** Of those who stand best, whoever was heard of longest ago is forgotten. */
  function makeRoom(now: UnixMillis): void {
    if (members.size < LIMITS.reputationsMax) return
    const depth = (reputation: Reputation) => depthOf(standingOf(reputation, now))
    const [blandest] = [...members.values()].toSorted((a, b) => depth(a) - depth(b) || a.at - b.at)
    if (blandest === undefined) return
    members.delete(blandest.member)
    told.delete(blandest.member)
    unsaved.delete(blandest.member)
    store.remove(blandest.member)
  }

  function isolated(now: UnixMillis): readonly Reputation[] {
    return [...members.values()].filter((reputation) => isIsolatedUnproved(reputation, now))
  }

  function isolatedMax(): number {
    return Math.floor(components.membersCount() / REPUTATION.brakeShare)
  }

  function floorFor(before: Reputation, now: UnixMillis): Standing {
    if (components.isExempt(before.member)) return 'restricted'
    if (isIsolatedUnproved(before, now)) return 'banned'
    return isolated(now).length < isolatedMax() ? 'banned' : 'restricted'
  }

  /** Members may have left since: the share is one of those who are there now. */
  function keepShare(now: UnixMillis): void {
    const mildestFirst = isolated(now).toSorted((a, b) => scoreOf(b, now) - scoreOf(a, now))
    const excess = Math.max(0, mildestFirst.length - isolatedMax())
    for (const reputation of mildestFirst.slice(0, excess)) put(restrain(reputation, now), now)
  }

  function watchBrake(): void {
    const held = [...members.values()].filter((reputation) => reputation.braked)
    const names = held.map(({ member }) => member)
    if (names.join() === braked.join()) return
    braked = names
    components.onBrake(names)
  }

  return {
    reputation: (member) => settle(find(member), clock.now()),
    standing: (member) => standingOf(find(member), clock.now()),
    all: () => [...members.values()],
    save,
    tick() {
      const now = clock.now()
      for (const before of [...members.values()]) {
        const after = settle(before, now)
        const isSame = standingOf(after, now) === told.get(after.member)
        if (isSame && after.ban === before.ban) members.set(after.member, after)
        else put(after, now)
      }
      keepShare(now)
      watchBrake()
    },
    apply(member, event) {
      const now = clock.now()
      const before = find(member)
      put(
        applyEvent(before, event, now, () => floorFor(before, now)),
        now
      )
      if (members.get(member)?.braked !== before.braked) watchBrake()
    }
  }
}
