import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { concatBytes } from '../../../src/encoding/bytes.ts'
import { encodeFrame, FrameReader } from '../../../src/overlay/frames.ts'

function readAll(reader: FrameReader, chunks: readonly Uint8Array[]) {
  return chunks.flatMap((chunk) => [...reader.read(chunk)])
}

describe('frames', () => {
  test('a frame split at every position comes out whole', () => {
    const messages = [Uint8Array.of(7), new Uint8Array(300).map((_, i) => i)]
    const bytes = concatBytes(messages.map(encodeFrame))
    for (let split = 0; split <= bytes.length; split++) {
      const reader = new FrameReader(300)
      const frames = readAll(reader, [bytes.subarray(0, split), bytes.subarray(split)])
      assert.deepEqual(
        frames.map((frame) => frame.ok && Uint8Array.from(frame.value)),
        messages
      )
      assert.equal(reader.isMidFrame, false)
    }
  })

  test('any messages in any pieces come out unchanged and in order', () => {
    const message = fc.uint8Array({ minLength: 1, maxLength: 400 })
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat(50), { minLength: 1 }), (messages, cuts) => {
        const bytes = concatBytes(messages.map(encodeFrame))
        const reader = new FrameReader(400)
        const frames: Uint8Array[] = []
        for (let offset = 0, i = 0; offset < bytes.length; i++) {
          const end = offset + 1 + (cuts[i % cuts.length] ?? 0)
          for (const frame of reader.read(bytes.subarray(offset, end))) {
            assert.ok(frame.ok)
            frames.push(Uint8Array.from(frame.value))
          }
          offset = end
        }
        assert.deepEqual(frames, messages)
      })
    )
  })

  test('[SR-TC-2] a length above the bound is refused before a byte of the message is kept', () => {
    const reader = new FrameReader(1000)
    const bytes = encodeFrame(new Uint8Array(1001))
    const [refused, ...rest] = [...reader.read(bytes)]
    assert.equal(refused?.ok === false && refused.fault, 'MESSAGE_TOO_LARGE')
    assert.equal(reader.keptBytes, 0)
    assert.deepEqual(rest, [])
    assert.deepEqual([...reader.read(encodeFrame(Uint8Array.of(1)))], [])
  })

  test('a message of exactly the bound passes', () => {
    const [frame] = [...new FrameReader(1000).read(encodeFrame(new Uint8Array(1000)))]
    assert.ok(frame?.ok)
  })

  for (const [what, bytes] of [
    ['a length that is not in its shortest form', [0x81, 0x00, 0x01]],
    ['a length beyond 31 bits', [0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['an endless length', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80]],
    ['an empty message', [0x00]]
  ] as const) {
    test(`[SR-TC-2] ${what} is refused with MESSAGE_MALFORMED`, () => {
      const [refused] = [...new FrameReader(1000).read(Uint8Array.from(bytes))]
      assert.equal(refused?.ok === false && refused.fault, 'MESSAGE_MALFORMED')
    })
  }

  test('[SR-TC-2] any bytes at all are read without an exception and within the bound', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
        const reader = new FrameReader(100)
        for (const chunk of chunks) {
          for (const frame of reader.read(chunk)) if (frame.ok) assert.ok(frame.value.length <= 100)
          assert.ok(reader.keptBytes <= 100)
        }
      })
    )
  })

  test('the middle of a message is told from its end', () => {
    const reader = new FrameReader(100)
    readAll(reader, [Uint8Array.of(2, 1)])
    assert.equal(reader.isMidFrame, true)
    readAll(reader, [Uint8Array.of(1)])
    assert.equal(reader.isMidFrame, false)
  })
})
