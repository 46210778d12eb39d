import { connect, type Socket } from 'node:net'
import { concatBytes, utf8 } from '../../encoding/bytes.ts'
import { systemClock } from '../../time/clock.ts'
import { type Attack, originOf, pause, requireLoopback } from './attack.ts'

const line = (text: string) => concatBytes([Uint8Array.of(text.length + 1), utf8(`${text}\n`)])
const HEADER = line('/multistream/1.0.0')
export const OPENING = concatBytes([HEADER, line('/peerage/certified-noise/1.0.0')])
/** Silent from the first byte, after the header, and in the middle of the first Noise message. */
const STAGES = [
  new Uint8Array(),
  HEADER,
  concatBytes([OPENING, Uint8Array.of(0, 32), new Uint8Array(16).fill(9)])
]
/** So that the attacker itself is not what falls over. */
const OPENED_AT_ONCE = 200

/** Holds `count` sockets to the victim from many addresses; opens again what the victim closes. */
export const silent: Attack = async ({ target, ms, count }) => {
  const to = requireLoopback(target)
  const end = systemClock.monotonic() + ms
  const held = new Set<Socket>()
  const seen = { opened: 0, closedByVictim: 0, heldMax: 0 }
  const open = (index: number) => {
    const socket = connect({ ...to, localAddress: originOf(index) })
    held.add(socket)
    socket.on('error', () => {
      // Being thrown out is what this is about; `close` follows.
    })
    socket.on('close', () => {
      if (held.delete(socket)) seen.closedByVictim++
    })
    socket.on('connect', () => socket.write(STAGES[index % STAGES.length] ?? HEADER))
    socket.resume()
  }
  while (systemClock.monotonic() < end) {
    const missing = Math.min(OPENED_AT_ONCE, count - held.size)
    for (let i = 0; i < missing; i++) open(seen.opened++)
    seen.heldMax = Math.max(seen.heldMax, held.size)
    await pause(20)
  }
  const last = [...held]
  held.clear()
  for (const socket of last) socket.destroy()
  return seen
}
