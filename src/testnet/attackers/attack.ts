import { sha256 } from '../../crypto/digest.ts'
import { concatBytes, utf8 } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import { systemClock } from '../../time/clock.ts'
import { systemScheduler } from '../../time/scheduler.ts'

export interface AttackInit {
  /** `/ip4/127.0.0.1/tcp/…/p2p/…` of the victim. */
  readonly target: string
  /** Its control socket, for an attacker that is a local program. */
  readonly socket: string
  /** A home with a certificate of the network, for an attacker that is a member. */
  readonly home: string
  /** The attack ends by itself after this time. */
  readonly ms: number
  /** Sockets, handshakes, frames or requests: what one of them is, the attack says. */
  readonly count: number
  readonly seed: string
}

/** What an attacker did, in numbers. */
export type AttackReport = Readonly<Record<string, number>>

export type Attack = (init: AttackInit) => Promise<AttackReport>

/**
 * Throws `INVALID_ARGUMENT` for anything but a bounded attack on this very machine: these programs
 * are shipped, and nobody shall point them at somebody else.
 */
export function requireBounded({ target, socket, ms, count }: AttackInit): void {
  requireLoopback(target)
  if (!socket.startsWith('/')) throw new PeerageError('INVALID_ARGUMENT', { reason: 'socket' })
  if (ms > LIMITS.attackMsMax || count > LIMITS.attackCountMax) {
    throw new PeerageError('INVALID_ARGUMENT', { reason: 'the attack is not bounded' })
  }
}

/** Host and port of a TCP multiaddr on loopback; throws `INVALID_ARGUMENT` for every other one. */
export function requireLoopback(address: string): { readonly host: string; readonly port: number } {
  const [, host, port] =
    /^\/ip4\/(127\.\d{1,3}\.\d{1,3}\.\d{1,3})\/tcp\/(\d{1,5})(\/|$)/.exec(address) ?? []
  if (host === undefined) {
    throw new PeerageError('INVALID_ARGUMENT', { reason: 'attacks run on loopback only' })
  }
  return { host, port: Number(port) }
}

/** One of many addresses of this machine, all of them in one /24. */
export function originOf(index: number): string {
  return `127.0.0.${2 + (index % LIMITS.attackOriginsMax)}`
}

/** Bytes that look random and are the same for one seed and place. */
export function seededBytes(seed: string, place: number, length: number): Uint8Array {
  const blocks = Math.ceil(length / 32)
  const block = (i: number) => sha256(utf8(`${seed}/${place}/${i}`))
  return concatBytes(Array.from({ length: blocks }, (_, i) => block(i))).subarray(0, length)
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    systemScheduler.after(ms, resolve)
  })
}

/** Calls `step` about so often per second, and not after `ms`; tells how often it was called. */
export async function atRate(
  { perSecond, ms }: { readonly perSecond: number; readonly ms: number },
  step: (index: number) => void
): Promise<number> {
  const start = systemClock.monotonic()
  let done = 0
  for (;;) {
    const elapsed = systemClock.monotonic() - start
    if (elapsed >= ms) return done
    for (const due = (elapsed / 1000) * perSecond; done < due; done++) step(done)
    await pause(5)
  }
}
