import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { yamux } from '@chainsafe/libp2p-yamux'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { lazyWindows } from '../../src/overlay/lazy-windows.ts'

const DATA = 0
const WINDOW_UPDATE = 1
const SYN = 1
const HEADER_BYTES = 12
const WINDOW_BYTES = 256 * 1024

function frame(type: number, flags: number, length: number, body = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(1, type)
  view.setUint16(2, flags)
  view.setUint32(4, 1)
  view.setUint32(8, length)
  bytes.set(body, HEADER_BYTES)
  return bytes
}

/** A stream to a muxer, of which the test is the bare sending end; what comes back are updates. */
function open(kind: 'plain' | 'lazy') {
  const plain = yamux({
    enableKeepAlive: false,
    streamOptions: { initialStreamWindowSize: WINDOW_BYTES, maxStreamWindowSize: WINDOW_BYTES }
  })
  const [sender, receiver] = multiaddrConnectionPair()
  const muxer = (kind === 'plain' ? plain : lazyWindows(plain))().createStreamMuxer(receiver)
  let received = 0
  muxer.addEventListener('stream', ({ detail }) => {
    detail.addEventListener('message', ({ data }) => {
      received += data.byteLength
    })
  })
  const updates: number[] = []
  sender.addEventListener('message', ({ data }) => {
    const bytes = data.subarray()
    for (let at = 0; at < bytes.length; at += HEADER_BYTES) {
      updates.push(new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(8))
    }
  })
  sender.send(frame(WINDOW_UPDATE, SYN, 0))
  const send = async (bytes: number) => {
    const before = received
    sender.send(frame(DATA, 0, bytes, new Uint8Array(bytes)))
    while (received < before + bytes) await setImmediate()
  }
  return { updates, send }
}

describe('the window of a stream', { timeout: 30_000 }, () => {
  test('is given back once half of it is used, not after every message', async () => {
    const { updates, send } = open('lazy')
    await send(100)
    // The first one also accepts the stream.
    const before = updates.length
    for (let i = 0; i < 50; i++) await send(100)
    assert.equal(updates.length, before)
    await send(WINDOW_BYTES / 2)
    assert.deepEqual(updates.slice(before), [50 * 100 + WINDOW_BYTES / 2])
  })

  test('is never exceeded by a sender that keeps to it, however much is sent', async () => {
    const { updates, send } = open('lazy')
    let sent = 0
    const left = () => WINDOW_BYTES + updates.reduce((sum, more) => sum + more, 0) - sent
    for (let i = 0; i < 16; i++) {
      const bytes = Math.min(100_000, left())
      assert.ok(bytes > 0)
      sent += bytes
      await send(bytes)
    }
    assert.ok(sent > 4 * WINDOW_BYTES)
  })

  // When this fails, yamux has learned it by itself: remove src/overlay/lazy-windows.ts.
  test('is given back after every message where the muxer is as the library has it', async () => {
    const { updates, send } = open('plain')
    await send(100)
    const before = updates.length
    for (let i = 0; i < 50; i++) await send(100)
    assert.equal(updates.length, before + 50)
  })
})
