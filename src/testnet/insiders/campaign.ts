import { Lifecycle } from '../../daemon/lifecycle.ts'
import type { Verdict } from '../../encoding/verdict.ts'
import { PeerageError } from '../../errors.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import { silentLogger } from '../../log.ts'
import { RECORD } from '../../protocols/record/messages.ts'
import { systemClock } from '../../time/clock.ts'
import { type AttackReport, pause, requireLoopback } from '../attackers/attack.ts'
import { type Member, openMember } from '../member.ts'

/** An honest node, as its attackers know it. */
export interface Target {
  readonly nodeId: NodeId
  readonly address: string
}

/** A record that an honest member has put. */
export interface Prey {
  readonly kind: string
  readonly owner: string
  readonly name: string
  readonly text: string
  /** Who signed it. */
  readonly nodeId: NodeId
}

export interface InsiderInit {
  readonly targets: readonly Target[]
  /** Homes with certificates of the network. */
  readonly homes: readonly string[]
  readonly prey: Prey
  /** Rounds against every target; the attack ends before when everybody refuses it, or after `ms`. */
  readonly count: number
  readonly ms: number
  readonly seed: string
}

export type InsiderAttack = (init: InsiderInit) => Promise<AttackReport>

/** One deed against one target; whether it had its way. */
type Deed = (member: Member, target: Target, round: number) => Promise<boolean>

const ROUND_EVERY_MS = 25

/** Throws `INVALID_ARGUMENT` for anything but a bounded attack on this very machine. */
export function requireBoundedInsider({ targets, ms, count }: InsiderInit): void {
  for (const { address } of targets) requireLoopback(address)
  const isBounded = targets.length <= LIMITS.testnetNodesMax && ms <= LIMITS.attackMsMax
  if (isBounded && count <= LIMITS.attackCountMax) return
  throw new PeerageError('INVALID_ARGUMENT', { reason: 'the attack is not bounded' })
}

export interface Campaign {
  readonly rounds: number
  readonly deeds: number
  /** Deeds that had their way. */
  readonly successes: number
  /** Connections that were not given. */
  readonly refused: number
}

/** Does a deed to every target, round after round, with the home of one insider. */
export async function campaign(home: string, init: InsiderInit, deed: Deed): Promise<Campaign> {
  const lifecycle = new Lifecycle(silentLogger)
  const end = systemClock.monotonic() + init.ms
  const seen = { rounds: 0, deeds: 0, successes: 0, refused: 0 }
  try {
    const member = await openMember(home, lifecycle)
    // Known to everybody before the first deed: whoever bans has somebody to cut.
    await Promise.all(init.targets.map((target) => isLinked(member, target)))
    while (seen.rounds < init.count && systemClock.monotonic() < end) {
      let met = 0
      for (const target of init.targets) {
        if (!(await isLinked(member, target))) {
          seen.refused++
          continue
        }
        met++
        seen.deeds++
        if (await deed(member, target, seen.rounds)) seen.successes++
      }
      seen.rounds++
      if (met === 0) break
      await pause(ROUND_EVERY_MS)
    }
  } finally {
    await lifecycle.stopAll()
  }
  return seen
}

async function isLinked({ overlay }: Member, { nodeId, address }: Target): Promise<boolean> {
  return overlay.peer(nodeId) !== undefined || (await overlay.connect(nodeId, [address])).ok
}

/** The record of the prey as the target has it: signed, and genuine. */
export async function genuine(
  { overlay }: Member,
  target: Target,
  prey: Prey
): Promise<Uint8Array> {
  const { kind, owner, name } = prey
  const answer = await overlay.call(target.nodeId, RECORD, { ask: 'fetch', kind, owner, name })
  const [record] = answer.ok && answer.value.ask === 'fetch' ? answer.value.records : []
  return record ?? new Uint8Array()
}

/** The same with another text under the signature of the old one. */
export function altered(record: Uint8Array, { text }: Prey): Uint8Array {
  const copy = Uint8Array.from(record)
  const place = Buffer.from(copy).indexOf(text)
  if (place !== -1) copy[place] = (copy[place] ?? 0) ^ 1
  return copy
}

export async function store(
  { overlay }: Member,
  { nodeId }: Target,
  record: Uint8Array
): Promise<Verdict<unknown>> {
  return await overlay.call(nodeId, RECORD, { ask: 'store', record })
}

/** Hands on a record of somebody else that it has changed. */
export function forgeries(init: InsiderInit): Deed {
  const forged = new Map<NodeId, Uint8Array>()
  return async (member, target) => {
    let record = forged.get(target.nodeId)
    if (record === undefined) {
      record = altered(await genuine(member, target, init.prey), init.prey)
      forged.set(target.nodeId, record)
    }
    return (await store(member, target, record)).ok
  }
}
