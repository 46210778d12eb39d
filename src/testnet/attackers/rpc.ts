import { connect, type Socket } from 'node:net'
import { utf8 } from '../../encoding/bytes.ts'
import { LIMITS } from '../../limits.ts'
import { systemClock } from '../../time/clock.ts'
import { type Attack, pause } from './attack.ts'

const MIB = 1 << 20
const LINE_BYTES = 48 * MIB
const CALL = '{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}\n'
const DEEP = `${'['.repeat(100_000)}\n`
const BATCH = `[${Array.from({ length: 50 }, () => CALL.trim()).join(',')}]\n`

/**
 * A local program sends `count` hostile requests over many connections: valid ones whose answers it
 * does not read, batches, deep nesting, and one line that never ends.
 */
export const rpc: Attack = async ({ socket: path, ms, count }) => {
  const end = systemClock.monotonic() + ms
  const seen = { connections: 0, requests: 0, cut: 0, lineBytes: 0, endlessCut: 0 }
  const sockets = new Set<Socket>()
  const open = () => {
    const socket = connect(path)
    seen.connections++
    sockets.add(socket)
    socket.on('error', () => {
      // Cut in the middle of a write; `close` follows.
    })
    socket.on('close', () => {
      if (sockets.delete(socket)) seen.cut++
    })
    return socket
  }
  const endless = open()
  const piece = new Uint8Array(MIB / 4).fill(0x20)
  endless.resume()
  // On a busy machine the line takes longer than the rest; it is what the control is judged by.
  const isLineOver = () => endless.destroyed || seen.lineBytes >= LINE_BYTES
  const last = end + LIMITS.attackMsMax / 4
  const isOver = () => {
    const now = systemClock.monotonic()
    return now >= last || (now >= end && isLineOver())
  }
  const kinds = [CALL.repeat(20), DEEP, BATCH].map(utf8)
  while (!isOver()) {
    if (!isLineOver() && !endless.writableNeedDrain) {
      endless.write(piece)
      seen.lineBytes += piece.length
    }
    if (seen.requests < count) {
      const kind = kinds[seen.requests % kinds.length]
      const target = seen.requests % 2 === 0 || sockets.size < 2 ? open() : [...sockets].at(-1)
      target?.pause()
      if (kind !== undefined) target?.write(kind)
      seen.requests++
      // Places for honest clients are not what this is about: old ones make room.
      const oldest = [...sockets].find((each) => each !== endless)
      if (sockets.size > 16 && oldest !== undefined) oldest.destroy()
    }
    await pause(2)
  }
  if (endless.destroyed) seen.endlessCut = 1
  const left = [...sockets]
  sockets.clear()
  for (const socket of left) socket.destroy()
  return seen
}
