import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Libp2p, Stream } from '@libp2p/interface'
import { PeerageError } from '../../src/errors.ts'
import { LIMITS } from '../../src/limits.ts'
import {
  abortStream,
  receive,
  receiveFrames,
  StreamWriter,
  sendAll
} from '../../src/overlay/flow.ts'
import { encodeFrame } from '../../src/overlay/frames.ts'
import { connectHosts, createPlainHost } from '../support/plain-host.ts'

const PROTOCOL = '/test/flow/1.0.0'
const LIMIT = { timeout: 60_000 }
const MIB = 1024 * 1024
const CHUNK = 64 * 1024

/** Each byte depends on its position in the whole transfer, so that loss and disorder show. */
function byteAt(position: number): number {
  return (position * 31 + (position >>> 13)) & 0xff
}

function patterned(offset: number, length: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => byteAt(offset + i))
}

describe('flow control of streams', () => {
  let sender: Libp2p
  let receiver: Libp2p
  let inbound: PromiseWithResolvers<Stream>

  before(async () => {
    sender = await createPlainHost('flow/sender')
    receiver = await createPlainHost('flow/receiver')
    await receiver.handle(PROTOCOL, (stream) => inbound.resolve(stream), { maxInboundStreams: 64 })
    await connectHosts(sender, receiver)
  })

  beforeEach(() => {
    inbound = Promise.withResolvers()
  })

  after(async () => {
    await sender.stop()
    await receiver.stop()
  })

  async function openPair(): Promise<{ out: Stream; into: Stream }> {
    const out = await sender.dialProtocol(receiver.peerId, PROTOCOL)
    return { out, into: await inbound.promise }
  }

  test(
    '[SR-TC-1] a slow consumer gets all of 20 MB while the bytes in memory stay within two windows',
    LIMIT,
    async () => {
      const { out, into } = await openPair()
      const total = 20 * MIB
      let produced = 0
      async function* source() {
        while (produced < total) {
          const chunk = patterned(produced, CHUNK)
          produced += chunk.length
          yield chunk
        }
      }
      const chunks = receive(into)
      const sending = sendAll(out, source())
      let consumed = 0
      let mostAhead = 0
      let untilRest = 0
      for await (const chunk of chunks) {
        for (const [i, byte] of chunk.entries()) {
          if (byte !== byteAt(consumed + i)) assert.fail(`byte ${consumed + i} is wrong`)
        }
        consumed += chunk.length
        if (consumed < untilRest) continue
        untilRest = consumed + MIB
        // Rests until the sender stands still: everything that may be in memory then is.
        for (let seen = -1, still = 0; still < 50; still = seen === produced ? still + 1 : 0) {
          seen = produced
          await turn()
        }
        mostAhead = Math.max(mostAhead, produced - consumed)
      }
      await sending
      assert.equal(consumed, total)
      const bound =
        LIMITS.receiveQueueBytesMax +
        2 * LIMITS.streamWindowBytesMax +
        LIMITS.streamWindowBytesInitial
      assert.ok(mostAhead > LIMITS.receiveQueueBytesMax, `the sender never ran ahead: ${mostAhead}`)
      assert.ok(mostAhead <= bound, `${mostAhead} bytes were in memory, more than ${bound}`)
    }
  )

  test('a sender of whom nothing is read stops at the window', LIMIT, async () => {
    const { out, into } = await openPair()
    receive(into)
    const writer = new StreamWriter(out)
    const gone = new AbortController()
    let sent = 0
    const sending = (async () => {
      for (;;) {
        await writer.send(new Uint8Array(CHUNK), gone.signal)
        sent += CHUNK
      }
    })()
    for (let seen = -1, still = 0; still < 50; still = seen === sent ? still + 1 : 0) {
      seen = sent
      await turn()
    }
    assert.ok(sent <= LIMITS.receiveQueueBytesMax + 2 * LIMITS.streamWindowBytesMax + CHUNK)
    assert.ok(out.writeBufferLength <= CHUNK)
    gone.abort(new PeerageError('CANCELED'))
    await assert.rejects(sending, { code: 'CANCELED' })
    abortStream(out, new PeerageError('CANCELED'))
  })

  test('many senders that wait for the same room all get through, in order', LIMIT, async () => {
    const { out, into } = await openPair()
    const writer = new StreamWriter(out)
    const chunks = receive(into)
    const count = 100
    const sending = Array.from({ length: count }, (_, i) =>
      writer.send(new Uint8Array(CHUNK).fill(i))
    )
    let received = 0
    for await (const chunk of chunks) {
      for (const byte of chunk) {
        if (byte !== Math.floor(received++ / CHUNK)) assert.fail(`out of order at ${received}`)
      }
      if (received === count * CHUNK) break
    }
    await Promise.all(sending)
  })

  test(
    'bytes that came before the reader, and the end after them, are not lost',
    LIMIT,
    async () => {
      const { out, into } = await openPair()
      async function* source() {
        yield Uint8Array.of(1, 2, 3)
      }
      const closed = new Promise((resolve) => into.addEventListener('remoteCloseWrite', resolve))
      await sendAll(out, source())
      await closed
      const received: number[] = []
      for await (const chunk of receive(into)) received.push(...chunk)
      assert.deepEqual(received, [1, 2, 3])
    }
  )

  test('a reset is thrown as CONNECTION_CLOSED at the reader and the writer', LIMIT, async () => {
    const { out, into } = await openPair()
    const outcomes = Promise.allSettled([receive(into).next(), receive(out).next()])
    abortStream(out, new PeerageError('TIMEOUT'))
    assert.deepEqual(
      (await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason.code),
      ['CONNECTION_CLOSED', 'TIMEOUT']
    )
    await assert.rejects(new StreamWriter(into).send(Uint8Array.of(1)), {
      code: 'CONNECTION_CLOSED'
    })
    await assert.rejects(receive(into).next(), { code: 'CONNECTION_CLOSED' })
  })

  test('a writer that waits for room learns that the stream was reset', LIMIT, async () => {
    const { out, into } = await openPair()
    receive(into)
    const writer = new StreamWriter(out)
    const sending = (async () => {
      for (;;) await writer.send(new Uint8Array(CHUNK))
    })()
    while (!out.writableNeedsDrain) await turn()
    abortStream(into, new PeerageError('CANCELED'))
    await assert.rejects(sending, { code: 'CONNECTION_CLOSED' })
  })

  test(
    'a connection that ends in the middle is not taken for the end of the bytes',
    LIMIT,
    async (t) => {
      const one = await createPlainHost('flow/short-lived')
      t.after(() => one.stop())
      const connection = await connectHosts(one, receiver)
      const out = await connection.newStream(PROTOCOL)
      const into = await inbound.promise
      const chunks = receive(into)
      await new StreamWriter(out).send(Uint8Array.of(9))
      assert.deepEqual((await chunks.next()).value, Uint8Array.of(9))
      connection.abort(new Error('cable cut'))
      await assert.rejects(chunks.next(), { code: 'CONNECTION_CLOSED' })
      await one.stop()
    }
  )

  test('a loop that is left early resets the stream, so that the sender stops', LIMIT, async () => {
    const { out, into } = await openPair()
    const chunks = receive(into)
    async function* endless() {
      for (;;) yield new Uint8Array(CHUNK)
    }
    const sending = sendAll(out, endless())
    for await (const _ of chunks) break
    await assert.rejects(sending, { code: 'CONNECTION_CLOSED' })
  })

  test('a source that fails resets the stream and is thrown as it was', LIMIT, async () => {
    const { out, into } = await openPair()
    const chunks = receive(into)
    async function* failing() {
      yield Uint8Array.of(1)
      throw new PeerageError('STORAGE_FAILED')
    }
    await assert.rejects(sendAll(out, failing()), { code: 'STORAGE_FAILED' })
    await assert.rejects(
      async () => {
        for await (const _ of chunks);
      },
      { code: 'CONNECTION_CLOSED' }
    )
  })

  test(
    '[SR-TC-2] frames arrive whole; one above the bound and a truncated one are refused',
    LIMIT,
    async () => {
      const { out, into } = await openPair()
      const frames = receiveFrames(into, 10)[Symbol.asyncIterator]()
      const writer = new StreamWriter(out)
      await writer.send(encodeFrame(Uint8Array.of(5)))
      assert.deepEqual((await frames.next()).value, Uint8Array.of(5))
      await writer.send(encodeFrame(new Uint8Array(11)))
      await assert.rejects(frames.next(), { code: 'MESSAGE_TOO_LARGE' })

      inbound = Promise.withResolvers()
      const second = await openPair()
      const truncated = receiveFrames(second.into, 10)[Symbol.asyncIterator]()
      async function* half() {
        yield Uint8Array.of(4, 1)
      }
      await sendAll(second.out, half())
      await assert.rejects(truncated.next(), { code: 'MESSAGE_MALFORMED' })
    }
  )
})

describe('upstream canary', () => {
  test(
    'onDrain() of @libp2p/utils resolves at once after the first drain: when this fails, StreamWriter can use it',
    LIMIT,
    async () => {
      const sender = await createPlainHost('canary/sender')
      const receiver = await createPlainHost('canary/receiver')
      const inbound = Promise.withResolvers<Stream>()
      await receiver.handle(PROTOCOL, (stream) => inbound.resolve(stream))
      await connectHosts(sender, receiver)
      const out = await sender.dialProtocol(receiver.peerId, PROTOCOL)
      const into = await inbound.promise
      try {
        into.addEventListener('message', () => {})
        while (out.send(new Uint8Array(CHUNK)));
        await out.onDrain()
        into.pause()
        while (out.send(new Uint8Array(CHUNK)));
        const drained = await Promise.race([out.onDrain().then(() => true), turn(false)])
        assert.equal(out.writableNeedsDrain, true)
        assert.equal(drained, true)
      } finally {
        out.abort(new Error('done'))
        await sender.stop()
        await receiver.stop()
      }
    }
  )
})
