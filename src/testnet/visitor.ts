import { Lifecycle } from '../daemon/lifecycle.ts'
import type { NodeId } from '../identity/node-id.ts'
import { silentLogger } from '../log.ts'
import type { AssembledOverlay } from '../overlay/overlay.ts'
import { RECORD } from '../protocols/record/messages.ts'
import { systemClock } from '../time/clock.ts'
import { pause } from './attackers/attack.ts'
import { openMember } from './member.ts'

export interface VisitInit {
  readonly home: string
  readonly victim: string
  readonly address: string
  readonly ms: number
  /** `dials`: connects and leaves, over and over. `calls`: one connection, one request after the other. */
  readonly kind: 'dials' | 'calls'
}

/** What an honest member met with while it went about its business. */
export interface Visit {
  readonly done: number
  readonly failed: number
  readonly p95Ms: number
  /** Calls that were answered, per second. */
  readonly perSecond: number
}

const DIAL_EVERY_MS = 100
const NAME = { kind: 'note', owner: 'visitor', name: 'small' } as const

/** An honest member with the code of a real node; it listens nowhere, so that it is never dialed. */
export async function visit(init: VisitInit): Promise<Visit> {
  const lifecycle = new Lifecycle(silentLogger)
  try {
    const { overlay } = await openMember(init.home, lifecycle)
    const times: number[] = []
    let failed = 0
    const step = init.kind === 'dials' ? dial : call
    const nodeId = init.victim as NodeId
    if (init.kind === 'calls') await overlay.connect(nodeId, [init.address])
    const start = systemClock.monotonic()
    while (systemClock.monotonic() - start < init.ms) {
      const begun = systemClock.monotonic()
      if (await step(overlay, nodeId, init.address)) times.push(systemClock.monotonic() - begun)
      else failed++
      if (init.kind === 'dials') {
        await overlay.disconnect(nodeId, 'DISCONNECTED')
        await pause(DIAL_EVERY_MS)
      }
    }
    const seconds = (systemClock.monotonic() - start) / 1000
    return { done: times.length, failed, p95Ms: p95(times), perSecond: times.length / seconds }
  } finally {
    await lifecycle.stopAll()
  }
}

async function dial(overlay: AssembledOverlay, victim: NodeId, address: string): Promise<boolean> {
  return (await overlay.connect(victim, [address])).ok
}

/** A connection that was lost is opened again: that it was lost is what counts as failed. */
async function call(overlay: AssembledOverlay, victim: NodeId, address: string): Promise<boolean> {
  const answer = await overlay.call(victim, RECORD, { ask: 'fetch', ...NAME })
  if (!answer.ok && answer.fault !== 'RATE_LIMITED') await overlay.connect(victim, [address])
  // Below what one peer may ask for, so that its own bound is not what is measured.
  await pause(4)
  return answer.ok
}

function p95(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0)
}
