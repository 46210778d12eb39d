import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isStartable, type Libp2p, type PeerId } from '@libp2p/interface'
import { PING_PROTOCOL, type Ping, type PingComponents, ping } from '@libp2p/ping'
import { LIMITS } from '../../src/limits.ts'
import { cappedPing } from '../../src/overlay/capped-ping.ts'
import { connectHosts, createPlainHost } from '../support/plain-host.ts'

describe('the ping of libp2p', { timeout: 30_000 }, () => {
  let asking: Libp2p
  let capped: Libp2p
  let plain: Libp2p
  before(async () => {
    asking = await createPlainHost('asking')
    capped = await createPlainHost('capped')
    plain = await createPlainHost('plain')
    await serve(capped, cappedPing())
    await serve(plain, ping())
    await connectHosts(asking, capped)
    await connectHosts(asking, plain)
  })
  after(async () => {
    await Promise.all([asking, capped, plain].map((host) => host.stop()))
  })

  test('answers, also several times on one stream', async () => {
    assert.equal(await send(asking, capped.peerId, 32), 'came back')
    assert.equal(await send(asking, capped.peerId, LIMITS.pingStreamBytesMax), 'came back')
  })

  test('is reset when more comes than the bound, and answers again', async () => {
    const more = LIMITS.pingStreamBytesMax + 1
    assert.equal(await send(asking, capped.peerId, more), 'StreamResetError')
    assert.equal(await send(asking, capped.peerId, 100 * more), 'StreamResetError')
    assert.equal(await send(asking, capped.peerId, 32), 'came back')
  })

  test('sends back whatever comes where nothing caps it', async () => {
    assert.equal(await send(asking, plain.peerId, 100 * LIMITS.pingStreamBytesMax), 'came back')
  })
})

/** Runs the service on a host that was made without one. */
async function serve(host: Libp2p, create: (components: PingComponents) => Ping): Promise<void> {
  const registrar = { handle: host.handle.bind(host) }
  const service = create({ registrar, connectionManager: {} } as unknown as PingComponents)
  assert.ok(isStartable(service))
  await service.start()
}

/** What becomes of so many bytes on one stream. */
async function send(from: Libp2p, to: PeerId, bytes: number): Promise<string> {
  const stream = await from.dialProtocol(to, PING_PROTOCOL)
  const end = Promise.withResolvers<string>()
  let received = 0
  stream.addEventListener('message', ({ data }) => {
    received += data.byteLength
    if (received === bytes) end.resolve('came back')
  })
  stream.addEventListener('close', ({ error }) => end.resolve(error?.name ?? 'closed'))
  stream.send(new Uint8Array(bytes))
  const outcome = await end.promise
  stream.abort(new Error('enough'))
  return outcome
}
