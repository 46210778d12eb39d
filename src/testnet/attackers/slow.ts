import type { Stream } from '@libp2p/interface'
import { concatBytes } from '../../encoding/bytes.ts'
import { encodeCbor } from '../../encoding/cbor.ts'
import { LIMITS } from '../../limits.ts'
import { FrameReader } from '../../overlay/frames.ts'
import {
  createFrameParser,
  encodeRequestFrame,
  frameBytesMax,
  STATUS_OK
} from '../../overlay/request-frame.ts'
import { RECORD } from '../../protocols/record/messages.ts'
import { systemClock } from '../../time/clock.ts'
import { type Attack, pause } from './attack.ts'
import { openInsider } from './insider.ts'

/** What the scenario has stored in many versions: the more of them, the more each answer weighs. */
export const LARGE = { kind: 'log', name: 'large' } as const
const OWNER = 'visitor'
const ASKED_AT_ONCE = 100
/** Below the time after which the victim ends a stream that nobody reads. */
const UNREAD_MS_MAX = 5_000
const READ_MS = 10_000
/** Whoever has made so much for nobody makes everything. */
const READ_BYTES_MAX = 32 << 20

/**
 * A member asks `count` times for a large history and reads none of the answers until the time is
 * over, or the stream would be; then it reads, and counts how many the victim has made for nobody before its first refusal.
 * `refused` 0: it would have made all of them.
 */
export const slow: Attack = async ({ target, home, ms, count }) => {
  const insider = await openInsider(home, target)
  const end = systemClock.monotonic() + ms
  const seen = { rounds: 0, asked: 0, cuts: 0, answeredUnread: 0, answeredBytes: 0, refused: 0 }
  try {
    const { connection } = await insider.connect()
    while (systemClock.monotonic() < end && connection.status === 'open') {
      seen.rounds++
      const stream = await connection.newStream([RECORD.id])
      stream.pause()
      await ask(stream, count)
      seen.asked += count
      await pause(Math.min(ms, UNREAD_MS_MAX))
      if (stream.status !== 'open') seen.cuts++
      const { answers, bytes, isRefused } = await readToRefusal(stream, READ_MS)
      seen.answeredUnread = Math.max(seen.answeredUnread, answers)
      seen.answeredBytes = Math.max(seen.answeredBytes, bytes)
      if (isRefused) seen.refused++
      stream.abort(new Error('done'))
    }
  } finally {
    await insider.end()
  }
  return seen
}

async function ask(stream: Stream, count: number): Promise<void> {
  const body = encodeCbor({ ask: 'history', ...LARGE, owner: OWNER })
  for (let asked = 0; asked < count && stream.status === 'open'; await pause(2)) {
    if (stream.writeBufferLength > 0) continue
    const ids = Array.from({ length: ASKED_AT_ONCE }, () => asked++)
    stream.send(concatBytes(ids.map((id) => encodeRequestFrame({ id, status: STATUS_OK, body }))))
  }
}

async function readToRefusal(
  stream: Stream,
  ms: number
): Promise<{ answers: number; bytes: number; isRefused: boolean }> {
  const reader = new FrameReader(frameBytesMax(LIMITS.responseBytesMax))
  const parse = createFrameParser(LIMITS.responseBytesMax)
  const seen = { answers: 0, bytes: 0, isRefused: false }
  const isRead = Promise.withResolvers<void>()
  stream.addEventListener('message', ({ data }) => {
    for (const frame of reader.read(data.subarray())) {
      const answer = frame.ok ? parse(frame.value) : frame
      if (!answer.ok || seen.isRefused) continue
      seen.isRefused = answer.value.status !== STATUS_OK
      if (!seen.isRefused) {
        seen.answers++
        seen.bytes += answer.value.body.length
      }
      if (seen.isRefused || seen.bytes > READ_BYTES_MAX) isRead.resolve()
    }
  })
  stream.addEventListener('close', () => isRead.resolve())
  stream.resume()
  await Promise.race([isRead.promise, pause(ms)])
  return seen
}
