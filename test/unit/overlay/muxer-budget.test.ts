import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { concatBytes } from '../../../src/encoding/bytes.ts'
import { LIMITS } from '../../../src/limits.ts'
import { ByteBudget } from '../../../src/overlay/byte-budget.ts'
import { MuxerBudget } from '../../../src/overlay/muxer-budget.ts'
import { FakeTime } from '../../support/fake-time.ts'

const DATA = 0
const WINDOW_UPDATE = 1
const PING = 2
const SYN = 1
const RST = 8

interface Frame {
  readonly type: number
  readonly flags?: number
  readonly length?: number
  readonly body?: Uint8Array
}

function encode({ type, flags = 0, length, body = new Uint8Array() }: Frame): Uint8Array {
  const header = new DataView(new ArrayBuffer(12))
  header.setUint8(1, type)
  header.setUint16(2, flags)
  header.setUint32(4, 7)
  header.setUint32(8, length ?? body.length)
  return concatBytes([new Uint8Array(header.buffer), body])
}

/** How many of these frames pass. */
function passed(budget: MuxerBudget, count: number, frame: Frame): number {
  const bytes = encode(frame)
  for (let i = 0; i < count; i++) {
    try {
      budget.spend(bytes)
    } catch {
      return i
    }
  }
  return count
}

describe('[SR-TC-1] the budget of a muxer', () => {
  const create = () => {
    const clock = new FakeTime()
    return { clock, budget: new MuxerBudget(clock) }
  }

  test('bounds streams opened and reset, and refills with time', () => {
    const { clock, budget } = create()
    const open: Frame = { type: WINDOW_UPDATE, flags: SYN }
    assert.equal(passed(budget, 10_000, open), LIMITS.streamOpeningsPerSecond)
    clock.advance(1000)
    const half = LIMITS.streamOpeningsPerSecond / 2
    for (let i = 0; i < half; i++) {
      budget.spend(encode({ type: DATA, flags: SYN }))
      budget.spend(encode({ type: WINDOW_UPDATE, flags: RST }))
    }
    assert.throws(() => budget.spend(encode({ type: DATA, flags: SYN })), { code: 'RATE_LIMITED' })
  })

  test('bounds pings, and frames without content', () => {
    assert.equal(
      passed(create().budget, 1000, { type: PING, flags: SYN }),
      LIMITS.muxerPingsPerSecond
    )
    const empty = passed(create().budget, 100_000, { type: DATA })
    assert.equal(empty, LIMITS.muxerSmallFramesPerSecond)
    const byte = passed(create().budget, 100_000, { type: DATA, body: new Uint8Array(1) })
    assert.equal(byte, LIMITS.muxerSmallFramesPerSecond)
  })

  test('does not count content', () => {
    const body = new Uint8Array(LIMITS.muxerSmallFrameBytes)
    assert.equal(passed(create().budget, 50_000, { type: DATA, body }), 50_000)
  })

  test('[SR-TC-2] refuses a data frame above the window by its header', () => {
    const frame = encode({ type: DATA, length: LIMITS.streamWindowBytesMax + 1 })
    assert.throws(() => create().budget.spend(frame), { code: 'MESSAGE_TOO_LARGE' })
    create().budget.spend(encode({ type: DATA, length: LIMITS.streamWindowBytesMax }))
    // Content of this length is a credit of window and not a size.
    create().budget.spend(encode({ type: WINDOW_UPDATE, length: 0xffff_ffff }))
  })

  test('sees the same frames however the bytes are cut', () => {
    const frames = concatBytes([
      encode({ type: DATA, body: new Uint8Array(100).fill(0xff) }),
      encode({ type: WINDOW_UPDATE, flags: SYN }),
      encode({ type: DATA, length: LIMITS.streamWindowBytesMax + 1 })
    ])
    for (let size = 1; size <= frames.length; size++) {
      const { budget } = create()
      const spend = () => {
        for (let at = 0; at < frames.length; at += size) {
          budget.spend([frames.subarray(at, at + size)])
        }
      }
      assert.throws(spend, { code: 'MESSAGE_TOO_LARGE' }, `pieces of ${size}`)
    }
  })
})

describe('[SR-TC-1] bytes held for others', () => {
  test('are bounded for each of them and for all', () => {
    const budget = new ByteBudget<string>(10, 15)
    assert.equal(budget.take('a', 10), true)
    assert.equal(budget.take('a', 1), false)
    assert.equal(budget.take('b', 6), false)
    assert.equal(budget.take('b', 5), true)
    budget.release('a', 10)
    assert.equal(budget.take('b', 5), true)
    assert.throws(() => budget.release('a', 1))
  })
})
