import { concatBytes } from '../../encoding/bytes.ts'
import { encodeCbor } from '../../encoding/cbor.ts'
import { encodeRequestFrame, STATUS_OK } from '../../overlay/request-frame.ts'
import { RECORD } from '../../protocols/record/messages.ts'
import { systemClock } from '../../time/clock.ts'
import { type Attack, pause } from './attack.ts'
import { openInsider } from './insider.ts'

/** What the scenario has stored in many versions: the more of them, the more each answer weighs. */
export const LARGE = { kind: 'log', name: 'large' } as const
const OWNER = 'visitor'
const ASKED_AT_ONCE = 100

/** A member asks `count` times for a large history and reads none of the answers. */
export const slow: Attack = async ({ target, home, ms, count }) => {
  const insider = await openInsider(home, target)
  const end = systemClock.monotonic() + ms
  const seen = { asked: 0, cuts: 0 }
  try {
    const { connection } = await insider.connect()
    const stream = await connection.newStream([RECORD.id])
    const body = encodeCbor({ ask: 'history', ...LARGE, owner: OWNER })
    stream.pause()
    while (systemClock.monotonic() < end && stream.status === 'open') {
      if (seen.asked < count && stream.writeBufferLength === 0) {
        const ids = Array.from({ length: ASKED_AT_ONCE }, () => seen.asked++)
        stream.send(
          concatBytes(ids.map((id) => encodeRequestFrame({ id, status: STATUS_OK, body })))
        )
      }
      await pause(2)
    }
    if (stream.status !== 'open') seen.cuts++
  } finally {
    await insider.end()
  }
  return seen
}
