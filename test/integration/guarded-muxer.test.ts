import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { yamux } from '@chainsafe/libp2p-yamux'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { LIMITS } from '../../src/limits.ts'
import { NONE_LEFT_OUT } from '../../src/overlay/defense.ts'
import { guardedMuxer } from '../../src/overlay/guarded-muxer.ts'
import { FakeTime } from '../support/fake-time.ts'

const DATA = 0
const WINDOW_UPDATE = 1
const PING = 2
const SYN = 1
const RST = 8

function header(type: number, flags: number, streamId: number, length: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(12))
  view.setUint8(1, type)
  view.setUint16(2, flags)
  view.setUint32(4, streamId)
  view.setUint32(8, length)
  return new Uint8Array(view.buffer)
}

/** A muxer at one end of a connection, and the bare other end. */
function open(kind: 'plain' | 'guarded') {
  const plain = yamux({ enableKeepAlive: false })
  const clock = new FakeTime()
  const create = kind === 'plain' ? plain : guardedMuxer(plain, { clock, without: NONE_LEFT_OUT })
  const [attacker, victim] = multiaddrConnectionPair()
  const muxer = create().createStreamMuxer(victim)
  const heard = { bytes: 0, streams: 0 }
  attacker.addEventListener('message', ({ data }) => {
    heard.bytes += data.byteLength
  })
  muxer.addEventListener('stream', () => heard.streams++)
  const send = async (frame: Uint8Array, count: number) => {
    for (let i = 0; i < count && attacker.status === 'open'; i++) {
      attacker.send(frame)
      if (i % 100 === 99) await setImmediate()
    }
  }
  return { muxer, victim, heard, send }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setImmediate()
}

// Each control tells when the library has a bound of its own: then the guard can lose that part.
describe('[SR-TC-1] what a peer makes the muxer do', { timeout: 30_000 }, () => {
  test('pings are answered up to the bound, then the connection ends', async () => {
    const ping = header(PING, SYN, 0, 1)
    const guarded = open('guarded')
    await guarded.send(ping, 1000)
    await until(() => guarded.victim.status === 'aborted')
    // And a last frame that says good-bye.
    assert.ok(guarded.heard.bytes <= (LIMITS.muxerPingsPerSecond + 1) * 12)
    const plain = open('plain')
    await plain.send(ping, 1000)
    await until(() => plain.heard.bytes === 1000 * 12)
    assert.equal(plain.victim.status, 'open')
  })

  test('streams are opened up to the bound, then the connection ends', async () => {
    const churn = async ({ send }: ReturnType<typeof open>) => {
      for (let id = 1; id < 2000; id += 2) {
        await send(header(WINDOW_UPDATE, SYN, id, 0), 1)
        await send(header(WINDOW_UPDATE, RST, id, 0), 1)
      }
    }
    const guarded = open('guarded')
    await churn(guarded)
    await until(() => guarded.victim.status === 'aborted')
    assert.ok(guarded.heard.streams <= LIMITS.streamOpeningsPerSecond / 2)
    const plain = open('plain')
    await churn(plain)
    await until(() => plain.heard.streams === 1000)
    assert.equal(plain.victim.status, 'open')
  })

  test('[SR-TC-2] a data frame above the window is refused before its content', async () => {
    const bomb = async ({ send }: ReturnType<typeof open>) => {
      await send(header(DATA, SYN, 1, 1 << 30), 1)
      await send(new Uint8Array(1 << 20), 32)
    }
    const guarded = open('guarded')
    await bomb(guarded)
    await until(() => guarded.victim.status === 'aborted')
    const plain = open('plain')
    await bomb(plain)
    // Not in the type: what the library collects of a frame until all of it is there.
    const { decoder } = plain.muxer as unknown as { decoder: { buffer: { byteLength: number } } }
    await until(() => decoder.buffer.byteLength === 12 + 32 * (1 << 20))
    assert.equal(plain.victim.status, 'open')
  })
})
