import assert from 'node:assert/strict'
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { getNetConfig, type LengthPrefixedStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { pEvent } from 'p-event'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { LIMITS } from '../../src/limits.ts'
import { encodeHello, encodeVerdict } from '../../src/overlay/admission.ts'
import { libp2pKeyOf, peerIdOf } from '../../src/overlay/libp2p-identity.ts'
import {
  createOverlayNetwork,
  type HandshakeScript,
  NOTHING_HEARD,
  type OverlayNetwork,
  scriptedNoise,
  type TestNode,
  until
} from '../support/overlay-network.ts'

function hostAndPort(address: string): { host: string; port: number } {
  const { host, port } = getNetConfig(multiaddr(address))
  return { host, port: port ?? 0 }
}

function tcpAddress(server: Server): string {
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return `/ip4/127.0.0.1/tcp/${address.port}`
}

/** As multistream-select frames them. */
function lines(...parts: string[]): Buffer {
  return Buffer.concat(
    parts.map((text) => Buffer.from(`${String.fromCharCode(text.length)}${text}`))
  )
}

/** Says nothing more until the other side ends the connection. */
async function closed(frames: LengthPrefixedStream): Promise<never> {
  await pEvent(frames.unwrap(), 'close')
  throw new Error('closed')
}

describe('[SR-ADM-1][SR-ADM-2] a stranger in the handshake', { timeout: 60_000 }, () => {
  let network: OverlayNetwork
  let bob: TestNode
  let address: string
  let prologue: string
  before(async () => {
    network = createOverlayNetwork('strangers')
    bob = await network.node('bob', 'server')
    address = bob.host.addresses()[0] ?? ''
    prologue = `peerage/1|${network.network}`
  })
  after(async () => network.stop())

  /** The codes of everything that bob refuses until `count` refusals are there. */
  async function refused(count: number): Promise<(string | undefined)[]> {
    await until(bob, () => bob.refusals.length >= count)
    return bob.refusals.splice(0).map(({ code }) => code)
  }

  async function dialScripted(script: HandshakeScript, key?: 'RSA' | 'secp256k1') {
    const privateKey = key === undefined ? undefined : await generateKeyPair(key)
    const host = await network.stranger(scriptedNoise(prologue, script), privateKey)
    await assert.rejects(host.dial(multiaddr(address)))
    assert.deepEqual(bob.heard.of(host.peerId.toString()), NOTHING_HEARD)
    assert.equal(await bob.host.libp2p.peerStore.has(host.peerId), false)
    return host
  }

  function goodHello(): Uint8Array {
    return encodeHello({ certificate: bob.certificate, checkpoint: bob.log.head().bytes })
  }

  test('with an RSA or secp256k1 identity is refused with PEER_KEY_TYPE in both directions', async () => {
    for (const type of ['RSA', 'secp256k1'] as const) {
      const verdicts: Uint8Array[] = []
      const host = await dialScripted(async (frames, direction) => {
        if (direction === 'outbound') {
          await frames.write(goodHello())
          verdicts.push((await frames.read()).subarray())
          throw new Error('refused')
        }
        await frames.read()
        await frames.writeV([encodeVerdict({ ok: true, value: 1 }), goodHello()])
        verdicts.push((await frames.read()).subarray())
        throw new Error('refused')
      }, type)
      assert.deepEqual(await refused(1), ['PEER_KEY_TYPE'])
      const expected = Buffer.from(encodeVerdict({ ok: false, fault: 'PEER_KEY_TYPE' }))
      assert.deepEqual(verdicts.map(Buffer.from), [expected])
      // The gate does not dial such an id at all; without an id the handshake refuses it.
      const [listening] = host.getMultiaddrs()
      await assert.rejects(bob.host.libp2p.dial(host.peerId))
      await assert.rejects(
        bob.host.libp2p.dial(multiaddr(listening?.toString().replace(/\/p2p\/.*/, ''))),
        /PEER_KEY_TYPE/
      )
      assert.deepEqual(await refused(1), ['PEER_KEY_TYPE'])
      assert.deepEqual(bob.heard.of(host.peerId.toString()), NOTHING_HEARD)
    }
  })

  test('without certificate is refused with PEER_UNCERTIFIED', async () => {
    await dialScripted(async (frames) => {
      await frames.write(new Uint8Array())
      await frames.read()
      throw new Error('refused')
    })
    assert.deepEqual(await refused(1), ['PEER_UNCERTIFIED'])
  })

  test('that ignores its verdict is cut after a while', async () => {
    const dialed = dialScripted(async (frames) => {
      await frames.write(new Uint8Array())
      await closed(frames)
    })
    while (bob.refusals.length === 0) {
      network.clock.advance(LIMITS.refusalFlushMs)
      await new Promise(setImmediate)
    }
    await dialed
    assert.deepEqual(await refused(1), ['PEER_UNCERTIFIED'])
  })

  test('that sends garbage instead of a hello is refused with MESSAGE_MALFORMED', async () => {
    const garbage = [
      Uint8Array.of(0xff, 0, 1, 2),
      encodeCbor({ version: 2, certificate: new Uint8Array(1), checkpoint: new Uint8Array(1) }),
      encodeCbor({ version: 1, certificate: new Uint8Array(1) }),
      encodeCbor([]),
      Uint8Array.of(...goodHello(), 0)
    ]
    for (const hello of garbage) {
      await dialScripted(async (frames) => {
        await frames.write(hello)
        await frames.read()
        throw new Error('refused')
      })
      assert.deepEqual(await refused(1), ['MESSAGE_MALFORMED'])
    }
  })

  test('that announces a hello above the limit is refused with MESSAGE_TOO_LARGE unread', async () => {
    for (const length of [LIMITS.helloBytesMax + 1, 70_000]) {
      await dialScripted(async (frames) => {
        await frames.write(new Uint8Array(length))
        await frames.read()
        throw new Error('refused')
      })
      assert.deepEqual(await refused(1), ['MESSAGE_TOO_LARGE'])
    }
  })

  test('that goes on sending after its refusal is cut before it had time to read it', async () => {
    await dialScripted(async (frames) => {
      await frames.write(new Uint8Array(2 * LIMITS.handshakeBytesMax))
      await closed(frames)
    })
    assert.deepEqual(await refused(1), ['MESSAGE_TOO_LARGE'])
  })

  test('that shows the certificate of another node is refused with CERTIFICATE_KEY_MISMATCH', async () => {
    await dialScripted(async (frames) => {
      await frames.write(goodHello())
      await frames.read()
      throw new Error('refused')
    })
    assert.deepEqual(await refused(1), ['CERTIFICATE_KEY_MISMATCH'])
  })

  test('with a forged checkpoint is refused with its code', async () => {
    const { key, certificate } = await network.enroll('eve', 'laptop')
    bob.sync()
    const privateKey = libp2pKeyOf(key)
    const other = createOverlayNetwork('other')
    const foreign = other.log.head().bytes
    for (const [checkpoint, code] of [
      [new Uint8Array(5), 'CHECKPOINT_MALFORMED'],
      [foreign, 'WRONG_NETWORK']
    ] as const) {
      const host = await network.stranger(
        scriptedNoise(prologue, async (frames) => {
          await frames.write(encodeHello({ certificate, checkpoint }))
          await frames.read()
          throw new Error('refused')
        }),
        privateKey
      )
      await assert.rejects(host.dial(multiaddr(address)))
      assert.deepEqual(await refused(1), [code])
      await host.stop()
    }
  })

  test('that answers with a verdict that is none is refused with MESSAGE_MALFORMED', async () => {
    const { key, nodeId } = await network.enroll('mallory', 'laptop')
    bob.sync()
    const host = await network.stranger(
      scriptedNoise(prologue, async (frames) => {
        await frames.read()
        await frames.write(Uint8Array.of(0xff))
        await closed(frames)
      }),
      libp2pKeyOf(key)
    )
    const dialed = await bob.host.dial(nodeId, host.getMultiaddrs().map(String))
    assert.equal(dialed.ok ? '' : dialed.fault, 'MESSAGE_MALFORMED')
    assert.deepEqual(await refused(1), ['MESSAGE_MALFORMED'])
    assert.deepEqual(bob.heard.of(nodeId), NOTHING_HEARD)
  })

  test('a code that this version does not know is ADMISSION_REFUSED_BY_PEER', async () => {
    const { key, nodeId } = await network.enroll('newer', 'laptop')
    bob.sync()
    const host = await network.stranger(
      scriptedNoise(prologue, async (frames) => {
        await frames.read()
        await frames.write(encodeCbor({ status: 999_999 }))
        await closed(frames)
      }),
      libp2pKeyOf(key)
    )
    const dialed = await bob.host.dial(nodeId, host.getMultiaddrs().map(String))
    assert.deepEqual(dialed, {
      ok: false,
      fault: 'ADMISSION_REFUSED_BY_PEER',
      detail: { reason: 'ADMISSION_REFUSED_BY_PEER' }
    })
    bob.refusals.length = 0
  })

  test('that is silent at any stage loses its slot in limited time, and the node lives on', async () => {
    const { port, host: ip } = hostAndPort(address)
    const raw = [
      Buffer.alloc(0),
      lines('/multistream/1.0.0\n'),
      lines('/multistream/1.0.0\n', '/noise\n'),
      lines('/multistream/1.0.0\n', '/peerage/certified-noise/1.0.0\n'),
      Buffer.concat([
        lines('/multistream/1.0.0\n', '/peerage/certified-noise/1.0.0\n'),
        Buffer.from('0020', 'hex'),
        Buffer.alloc(32, 9)
      ])
    ].map((opening) => {
      const socket = connectSocket(port, ip)
      socket.on('error', () => {})
      socket.write(opening)
      socket.resume()
      return pEvent(socket, 'close', { rejectionEvents: [] })
    })
    const { key, certificate } = await network.enroll('silent', 'laptop')
    bob.sync()
    const scripts: HandshakeScript[] = [
      closed,
      async (frames) => {
        await frames.write(encodeHello({ certificate, checkpoint: bob.log.head().bytes }))
        await closed(frames)
      }
    ]
    const scripted = scripts.map(async (script) => {
      const host = await network.stranger(scriptedNoise(prologue, script), libp2pKeyOf(key))
      await assert.rejects(host.dial(multiaddr(address)))
    })
    await Promise.all([...raw, ...scripted])
    assert.deepEqual(
      new Set(await refused(raw.length + scripted.length)),
      new Set(['HANDSHAKE_FAILED'])
    )
    const alice = await network.node('alice', 'laptop')
    bob.sync()
    assert.equal((await alice.dial(bob)).ok, true)
  })

  test('that is dialed and stays silent is given up in limited time', async () => {
    const { nodeId } = await network.enroll('hole', 'laptop')
    bob.sync()
    const sockets = new Set<Socket>()
    const server = createServer((socket) => sockets.add(socket.on('error', () => {})))
    server.listen(0, '127.0.0.1')
    await pEvent(server, 'listening')
    const dialed = await bob.host.dial(nodeId, [tcpAddress(server)])
    assert.equal(dialed.ok ? '' : dialed.fault, 'HANDSHAKE_FAILED')
    assert.deepEqual(await refused(1), ['HANDSHAKE_FAILED'])
    assert.equal(bob.host.libp2p.getConnections(peerIdOf(nodeId)).length, 0)
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  test('[SR-CONF-1] that is dialed and selects anything else has got an ephemeral key and no more', async () => {
    const { nodeId } = await network.enroll('answerer', 'laptop')
    bob.sync()
    const answers = [
      lines('na\n'),
      lines('/multistream/1.0.0\n', 'na\n'),
      lines('/multistream/1.0.0\n', '/noise\n'),
      lines('/multistream/1.0.0\n', '/peerage/certified-noise/2.0.0\n'),
      Buffer.alloc(200, 1)
    ]
    for (const answer of answers) {
      const heard: Buffer[] = []
      const server = createServer((socket) => {
        socket.on('error', () => {})
        socket.on('data', (chunk) => heard.push(Buffer.from(chunk)))
        socket.write(answer)
      })
      server.listen(0, '127.0.0.1')
      await pEvent(server, 'listening')
      const dialed = await bob.host.dial(nodeId, [tcpAddress(server)])
      assert.equal(dialed.ok ? '' : dialed.fault, 'HANDSHAKE_FAILED')
      assert.deepEqual(await refused(1), ['HANDSHAKE_FAILED'])
      const selection = lines('/multistream/1.0.0\n', '/peerage/certified-noise/1.0.0\n')
      const sent = Buffer.concat(heard)
      assert.deepEqual(sent.subarray(0, selection.length), selection.subarray(0, sent.length))
      assert.ok(sent.length <= selection.length + 2 + 32)
      server.close()
    }
  })

  test('the answer to a selection may arrive in any pieces', async () => {
    const carol = await network.node('carol', 'laptop')
    bob.sync()
    const proxy = createServer((inbound) => {
      const outbound = connectSocket(hostAndPort(address))
      inbound.pipe(outbound)
      outbound.on('data', (chunk) => {
        for (const byte of Buffer.from(chunk)) inbound.write(Uint8Array.of(byte))
      })
      for (const socket of [inbound, outbound]) socket.setNoDelay().on('error', () => {})
      inbound.on('close', () => outbound.destroy())
    })
    proxy.listen(0, '127.0.0.1')
    await pEvent(proxy, 'listening')
    assert.equal((await carol.host.dial(bob.nodeId, [tcpAddress(proxy)])).ok, true)
    await carol.host.stop()
    proxy.close()
  })

  test('[SR-CONF-1] that sends random bytes at once is refused', async () => {
    const { port, host: ip } = hostAndPort(address)
    const socket = connectSocket(port, ip)
    socket.on('error', () => {})
    socket.write(network.random.bytes(100_000))
    socket.resume()
    await pEvent(socket, 'close', { rejectionEvents: [] })
    assert.deepEqual(await refused(1), ['HANDSHAKE_FAILED'])
  })
})
