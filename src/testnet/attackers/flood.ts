import { connect } from 'node:net'
import { concatBytes } from '../../encoding/bytes.ts'
import { LIMITS } from '../../limits.ts'
import { systemClock } from '../../time/clock.ts'
import { type Attack, atRate, originOf, pause, requireLoopback, seededBytes } from './attack.ts'
import { OPENING } from './silent.ts'

/** Bytes that the victim sends before its first Noise message: two lines of multistream-select. */
const OPENING_ANSWER_BYTES = OPENING.length

/**
 * Begins `count` handshakes per second and leaves each when the victim has paid for it: the first
 * Noise message costs the attacker 34 bytes, the answer to it the victim two key agreements and a
 * signature.
 */
export const flood: Attack = async ({ target, ms, count, seed }) => {
  const to = requireLoopback(target)
  const seen = { offered: 0, answered: 0, refused: 0 }
  const end = systemClock.monotonic() + ms + LIMITS.upgradeMs
  seen.offered = await atRate({ perSecond: count, ms }, (index) => {
    const socket = connect({ ...to, localAddress: originOf(index) })
    let bytes = 0
    socket.on('error', () => {
      // Being refused is counted when it closes.
    })
    socket.on('connect', () => {
      const ephemeral = seededBytes(seed, index, 32)
      socket.write(concatBytes([OPENING, Uint8Array.of(0, 32), ephemeral]))
    })
    socket.on('data', (chunk) => {
      bytes += chunk.length
      if (bytes > OPENING_ANSWER_BYTES) socket.destroy()
    })
    socket.on('close', () => {
      if (bytes > OPENING_ANSWER_BYTES) seen.answered++
      else seen.refused++
    })
  })
  // What the victim makes of the last ones belongs to it, too; it lets none wait any longer.
  while (seen.answered + seen.refused < seen.offered && systemClock.monotonic() < end) {
    await pause(20)
  }
  return seen
}
