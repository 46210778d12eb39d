import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Clock } from '../time/clock.ts'
import { RateLimit } from '../time/rate-limit.ts'

/** Of a frame: version, type, flags (2), stream id (4), length (4); yamux spec. */
const HEADER_BYTES = 12
const TYPE = { data: 0, windowUpdate: 1, ping: 2 } as const
const SYN = 1
const RST = 8

/**
 * What one connection may ask of the muxer, counted on the bytes before the muxer reads them: it
 * collects a data frame of any announced length before it looks at the window, answers every ping,
 * and opens and forgets streams as fast as it is told to.
 */
export class MuxerBudget {
  readonly #frameBytesMax: number
  readonly #openings: RateLimit
  readonly #pings: RateLimit
  readonly #smallFrames: RateLimit
  readonly #header = new Uint8Array(HEADER_BYTES)
  #headerBytes = 0
  /** Bytes of the data frame under way that are still to come. */
  #bodyBytes = 0

  constructor(
    clock: Pick<Clock, 'monotonic'>,
    frameBytesMax: number = LIMITS.streamWindowBytesMax
  ) {
    this.#frameBytesMax = frameBytesMax
    const perSecond = (count: number) => new RateLimit(clock, { count, perMs: 1000, burst: count })
    this.#openings = perSecond(LIMITS.streamOpeningsPerSecond)
    this.#pings = perSecond(LIMITS.muxerPingsPerSecond)
    this.#smallFrames = perSecond(LIMITS.muxerSmallFramesPerSecond)
  }

  /** Throws `RATE_LIMITED` or `MESSAGE_TOO_LARGE`, and then nothing of `data` may be used. */
  spend(data: Uint8Array | Iterable<Uint8Array>): void {
    for (const piece of data instanceof Uint8Array ? [data] : data) this.#read(piece)
  }

  #read(piece: Uint8Array): void {
    let offset = 0
    while (offset < piece.length) {
      if (this.#bodyBytes > 0) {
        const skipped = Math.min(this.#bodyBytes, piece.length - offset)
        this.#bodyBytes -= skipped
        offset += skipped
        continue
      }
      const end = Math.min(piece.length, offset + HEADER_BYTES - this.#headerBytes)
      this.#header.set(piece.subarray(offset, end), this.#headerBytes)
      this.#headerBytes += end - offset
      offset = end
      if (this.#headerBytes === HEADER_BYTES) this.#charge()
    }
  }

  /** A header that is no yamux is for the muxer to refuse. */
  #charge(): void {
    this.#headerBytes = 0
    const [, type = 0, , flags = 0] = this.#header
    const length = new DataView(this.#header.buffer).getUint32(HEADER_BYTES - 4)
    if (type === TYPE.data) {
      if (length > this.#frameBytesMax) {
        throw new PeerageError('MESSAGE_TOO_LARGE', { bytesMax: this.#frameBytesMax })
      }
      this.#bodyBytes = length
    }
    const isStreamFrame = type === TYPE.data || type === TYPE.windowUpdate
    if (isStreamFrame && (flags & SYN) !== 0) take(this.#openings)
    if (isStreamFrame && (flags & RST) !== 0) take(this.#openings)
    if (type === TYPE.ping) take(this.#pings)
    if (this.#bodyBytes < LIMITS.muxerSmallFrameBytes) take(this.#smallFrames)
  }
}

function take(limit: RateLimit): void {
  if (!limit.take()) throw new PeerageError('RATE_LIMITED')
}
