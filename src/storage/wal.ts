import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { equalBytes } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import { orFailure } from './synced-file.ts'

/** Of the file formats of SQLite (sqlite.org/fileformat2.html#walformat, sqlite.org/walformat.html). */
const MAGIC = 0x377f0682
const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const INDEX_HEADER_BYTES = 48
const INDEX_BYTES = 136

type Sum = readonly [number, number]

/**
 * Whether everything that was committed to the write-ahead log of a database is still in it. SQLite
 * takes the log as far as its checksums hold: after a crash that is right, as the rest was never
 * committed. After a flipped bit the same takes back what was acknowledged, and nobody is told.
 *
 * Two witnesses say how far it went: the index of the log, which survives the process though not a
 * power cut, and frames of later transactions, which are written once the one before is synced.
 *
 * Throws `STORAGE_DAMAGED` and what the disk throws. Reads only; called before the database is opened.
 */
export function requireWholeLog(path: string): void {
  if (!existsSync(`${path}-wal`)) return
  const [log, index] = orFailure(path, () => [
    readFileSync(`${path}-wal`),
    readIndex(`${path}-shm`)
  ])
  const walked = walk(log)
  if (walked.isFollowed || isShort(log, walked, index)) {
    throw new PeerageError('STORAGE_DAMAGED', { part: 'log' })
  }
}

function isShort(
  log: Uint8Array,
  { committed, isHeaderWhole }: Walked,
  index: LogIndex | undefined
): boolean {
  // The header is synced before the first frame.
  if (index === undefined) return !isHeaderWhole && log.length > HEADER_BYTES
  const isOther = isHeaderWhole && !equalBytes(index.salt, saltOf(log))
  if (isOther || committed >= index.frames) return false
  // What was written back as a whole is in the database, and a log without frames hides nothing.
  return committed > 0 || index.writtenBack < index.frames
}

interface Walked {
  /** Frames up to the last commit, as SQLite takes them. */
  readonly committed: number
  readonly isHeaderWhole: boolean
  /** Whether there are frames of a later transaction behind the one that does not hold. */
  readonly isFollowed: boolean
}

function walk(log: Uint8Array): Walked {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength)
  if (log.length < HEADER_BYTES) return { committed: 0, isHeaderWhole: false, isFollowed: false }
  const magic = view.getUint32(0)
  const isLittle = magic === MAGIC
  const pageBytes = view.getUint32(8)
  const head = checksum(view, { from: 0, to: 24, isLittle }, [0, 0])
  const isHeaderWhole = (magic & ~1) >>> 0 === MAGIC && isSum(view, 24, head)
  const frameBytes = FRAME_HEADER_BYTES + pageBytes
  if (!isHeaderWhole) return { committed: 0, isHeaderWhole, isFollowed: false }
  const frames = Math.floor((log.length - HEADER_BYTES) / frameBytes)

  /** The frame follows from the sum that is given, in this generation of the log. */
  function follows(frame: number, before: Sum): boolean {
    const at = HEADER_BYTES + frame * frameBytes
    if (!equalBytes(log.subarray(at + 8, at + 16), saltOf(log))) return false
    const ofHeader = checksum(view, { from: at, to: at + 8, isLittle }, before)
    const page = { from: at + FRAME_HEADER_BYTES, to: at + frameBytes, isLittle }
    return isSum(view, at + 16, checksum(view, page, ofHeader))
  }
  const isCommit = (frame: number) => view.getUint32(HEADER_BYTES + frame * frameBytes + 4) > 0

  let sum = head
  let whole = 0
  let committed = 0
  for (; whole < frames && follows(whole, sum); whole++) {
    sum = sumAt(view, HEADER_BYTES + whole * frameBytes + 16)
    if (isCommit(whole)) committed = whole + 1
  }
  // Behind the break a frame still follows from the sum that the one before it carries. What is
  // left of a transaction that was given up does so too, but nothing follows its end.
  for (let frame = whole + 1; frame < frames; frame++) {
    const before = sumAt(view, HEADER_BYTES + (frame - 1) * frameBytes + 16)
    if (isCommit(frame - 1) && follows(frame, before)) {
      return { committed, isHeaderWhole, isFollowed: true }
    }
  }
  return { committed, isHeaderWhole, isFollowed: false }
}

function saltOf(log: Uint8Array): Uint8Array {
  return log.subarray(16, 24)
}

interface LogIndex {
  readonly frames: number
  readonly salt: Uint8Array
  readonly writtenBack: number
}

/** The index as the last process has left it; undefined where it says nothing. */
function readIndex(path: string): LogIndex | undefined {
  if (!existsSync(path)) return undefined
  const bytes = new Uint8Array(INDEX_BYTES)
  const file = openSync(path, 'r')
  try {
    if (readSync(file, bytes) < INDEX_BYTES) return undefined
  } finally {
    closeSync(file)
  }
  const view = new DataView(bytes.buffer)
  // Two copies, in the byte order of the machine; they differ when it ended between them.
  const copy = bytes.subarray(INDEX_HEADER_BYTES, 2 * INDEX_HEADER_BYTES)
  if (!equalBytes(bytes.subarray(0, INDEX_HEADER_BYTES), copy)) return undefined
  const isLittle = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
  const [a, b] = checksum(view, { from: 0, to: 40, isLittle }, [0, 0])
  if (a !== view.getUint32(40, isLittle) || b !== view.getUint32(44, isLittle)) return undefined
  return {
    frames: view.getUint32(16, isLittle),
    salt: bytes.subarray(32, 40),
    writtenBack: view.getUint32(96, isLittle)
  }
}

function checksum(
  view: DataView,
  {
    from,
    to,
    isLittle
  }: { readonly from: number; readonly to: number; readonly isLittle: boolean },
  [before, beside]: Sum
): Sum {
  let a = before
  let b = beside
  for (let at = from; at < to; at += 8) {
    a = (a + view.getUint32(at, isLittle) + b) >>> 0
    b = (b + view.getUint32(at + 4, isLittle) + a) >>> 0
  }
  return [a, b]
}

function sumAt(view: DataView, at: number): Sum {
  return [view.getUint32(at), view.getUint32(at + 4)]
}

function isSum(view: DataView, at: number, [a, b]: Sum): boolean {
  return view.getUint32(at) === a && view.getUint32(at + 4) === b
}
