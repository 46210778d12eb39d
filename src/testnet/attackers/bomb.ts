import type { Stream } from '@libp2p/interface'
import { concatBytes } from '../../encoding/bytes.ts'
import { encodeVarint } from '../../encoding/varint.ts'
import { DHT_PROTOCOL } from '../../overlay/dht.ts'
import { SIGN_OF_LIFE_PROTOCOL } from '../../overlay/twins.ts'
import { ACKS } from '../../protocols/acks/messages.ts'
import { ADDRESSES } from '../../protocols/addresses/messages.ts'
import { EQUIVOCATION } from '../../protocols/equivocation/messages.ts'
import { PROPOSALS } from '../../protocols/proposals/messages.ts'
import { RECORD } from '../../protocols/record/messages.ts'
import { RENEWAL } from '../../protocols/renewal/messages.ts'
import { TRUST_SYNC } from '../../protocols/trust-sync/messages.ts'
import { TWINS } from '../../protocols/twins/messages.ts'
import { systemClock } from '../../time/clock.ts'
import { type Attack, pause } from './attack.ts'
import { FRAME, type Insider, muxerFrame, openInsider } from './insider.ts'

const MIB = 1 << 20
const BOMB_BYTES = 4 * MIB
const PROTOCOLS = [
  ...[ACKS, ADDRESSES, EQUIVOCATION, PROPOSALS, RECORD, RENEWAL, TRUST_SYNC, TWINS].map(
    ({ id }) => id
  ),
  ...[DHT_PROTOCOL, SIGN_OF_LIFE_PROTOCOL, '/ipfs/id/1.0.0', '/ipfs/ping/1.0.0']
]
/** What a single frame of the muxer announces, and how much of it really comes. */
const ANNOUNCED_BYTES = 1 << 30
const SENT_BYTES = 48 * MIB
/** A victim on a busy machine needs its time to see a bomb. */
const DECISION_MS = 5000

/**
 * A member sends one frame of the muxer that announces 1 GiB, then, `count` times, frames of 4 MiB
 * on every protocol, and answers with them whatever the victim asks. Being refused or banned on the
 * way is an end of what it tries, and counted.
 */
export const bomb: Attack = async ({ target, home, ms, count }) => {
  const insider = await openInsider(home, target)
  const end = systemClock.monotonic() + ms
  const seen = { bombs: 0, answers: 0, resets: 0, refused: 0, cuts: 0, muxerBytes: 0 }
  try {
    await throwAtMuxer(insider, seen)
    await answerWithBombs(insider, () => seen.answers++)
    let round = 0
    do {
      for (const protocol of PROTOCOLS) {
        seen.bombs++
        const end = await throwOn(insider, protocol)
        // One that is taken says all: whoever takes one takes the others.
        if (end === 'taken') return seen
        seen[end]++
      }
    } while (++round < count && systemClock.monotonic() < end)
  } finally {
    await insider.end()
  }
  return seen
}

async function throwAtMuxer(
  insider: Insider,
  seen: { muxerBytes: number; cuts: number }
): Promise<void> {
  const { connection, wire } = await insider.connect()
  wire.send(muxerFrame(FRAME.data, FRAME.syn, 1001, ANNOUNCED_BYTES))
  const piece = new Uint8Array(MIB / 4)
  while (wire.status === 'open' && seen.muxerBytes < SENT_BYTES) {
    if (wire.writeBufferLength < MIB) {
      wire.send(piece)
      seen.muxerBytes += piece.length
    }
    await pause(5)
  }
  // The victim gets the time to make something of the last of it.
  for (let i = 0; i < 100 && wire.status === 'open'; i++) await pause(10)
  if (wire.status !== 'open') seen.cuts++
  connection.abort(new Error('done'))
}

/** A frame with a length before it, filled with the smallest elements that a decoder would make. */
function frame(): Uint8Array {
  const content = new Uint8Array(BOMB_BYTES)
  // Field 8 with no content, over and over: peers, for a decoder of the DHT.
  for (let i = 0; i < content.length; i += 2) content[i] = 0x42
  return concatBytes([encodeVarint(content.length), content])
}

const BOMB = frame()

async function answerWithBombs({ host }: Insider, onAnswer: () => void): Promise<void> {
  for (const protocol of PROTOCOLS) {
    await host.handle(protocol, (stream) => {
      onAnswer()
      throwAt(stream)
    })
  }
}

/** `resets`: the victim ended the stream or the connection; `refused`: there was no stream. */
async function throwOn(
  insider: Insider,
  protocol: string
): Promise<'resets' | 'refused' | 'taken'> {
  try {
    const { connection } = await insider.connect()
    const stream = await connection.newStream([protocol])
    const closed = new Promise<boolean>((resolve) => {
      stream.addEventListener('close', ({ error }) => resolve(error !== undefined))
    })
    throwAt(stream)
    const isReset = await Promise.race([closed, pause(DECISION_MS).then(() => false)])
    // With a connection that is cut, a stream ends without an error of its own.
    const isEnded = isReset || connection.status !== 'open'
    connection.abort(new Error('done'))
    return isEnded ? 'resets' : 'taken'
  } catch {
    // The victim knows this member by now, or has no such protocol.
    return 'refused'
  }
}

function throwAt(stream: Stream): void {
  try {
    stream.send(BOMB)
  } catch {
    // It has ended already.
  }
}
