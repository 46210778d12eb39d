import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Libp2p, Stream } from '@libp2p/interface'
import * as z from 'zod'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { bytesUpTo, unsigned } from '../../src/encoding/schema.ts'
import { accept, refuse, type Verdict } from '../../src/encoding/verdict.ts'
import { ERRORS, type ErrorCode, PeerageError } from '../../src/errors.ts'
import type { VerifiedCertificate } from '../../src/identity/certificate.ts'
import type { NodeId } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import type { Logger } from '../../src/log.ts'
import type { CertifiedPeer } from '../../src/overlay/certified-peers.ts'
import { abortStream, receive, StreamWriter } from '../../src/overlay/flow.ts'
import { encodeFrame } from '../../src/overlay/frames.ts'
import { nodeIdOfPeer } from '../../src/overlay/libp2p-identity.ts'
import type { Handler, Protocol } from '../../src/overlay/protocol.ts'
import { encodeRequestFrame, STATUS_OK } from '../../src/overlay/request-frame.ts'
import { createRequests, type Requests } from '../../src/overlay/requests.ts'
import { FakeTime } from '../support/fake-time.ts'
import { connectHosts, createPlainHost } from '../support/plain-host.ts'

const LIMIT = { timeout: 30_000 }

interface Echo {
  readonly text: string
  readonly wait?: number | undefined
}

const ECHO: Protocol<Echo, { text: string }> = {
  id: '/test/echo/1.0.0',
  request: z.strictObject({ text: z.string().max(5000), wait: unsigned.optional() }),
  response: z.strictObject({ text: z.string() }),
  requestBytesMax: 4096,
  responseBytesMax: 4096,
  deadlineMs: 5000
}

interface Outcome {
  readonly nodeId: NodeId
  readonly protocol: string
  readonly code: ErrorCode
}

class TestNode {
  readonly libp2p: Libp2p
  readonly nodeId: NodeId
  readonly time = new FakeTime()
  readonly certified = new Map<NodeId, CertifiedPeer>()
  readonly outcomes: Outcome[] = []
  readonly errors: string[] = []
  readonly requests: Requests

  constructor(libp2p: Libp2p) {
    this.libp2p = libp2p
    this.nodeId = nodeIdOf(libp2p)
    const log: Logger = {
      debug() {},
      info() {},
      warn() {},
      error: (event, fields) => void this.errors.push(`${event} ${fields?.['code']}`)
    }
    this.requests = createRequests({
      libp2p,
      certified: this.certified,
      clock: this.time,
      scheduler: this.time,
      log,
      onOutcome: (nodeId, protocol, code) => void this.outcomes.push({ nodeId, protocol, code })
    })
  }

  certify(node: TestNode): void {
    const certificate = {} as VerifiedCertificate
    this.certified.set(node.nodeId, { nodeId: node.nodeId, member: 'm', node: 'n', certificate })
  }

  codes(): ErrorCode[] {
    return this.outcomes.map((outcome) => outcome.code)
  }
}

function nodeIdOf(libp2p: Libp2p): NodeId {
  const nodeId = nodeIdOfPeer(libp2p.peerId)
  assert.ok(nodeId)
  return nodeId
}

function fault(verdict: Verdict<unknown>): string {
  return verdict.ok ? 'accepted' : verdict.fault
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}

const echo: Handler<Echo, { text: string }> = async ({ text }) => accept({ text })

describe('requests between nodes', () => {
  let asker: TestNode
  let server: TestNode

  beforeEach(async () => {
    asker = new TestNode(await createPlainHost('requests/asker'))
    server = new TestNode(await createPlainHost('requests/server'))
    asker.certify(server)
    server.certify(asker)
    await connectHosts(asker.libp2p, server.libp2p)
    await until(() => server.libp2p.getConnections().length === 1)
  })

  afterEach(async () => {
    await asker.requests.stop()
    await server.requests.stop()
    await asker.libp2p.stop()
    await server.libp2p.stop()
  })

  function call(request: Echo, signal?: AbortSignal) {
    return asker.requests.call(server.nodeId, ECHO, request, signal === undefined ? {} : { signal })
  }

  function streams(node: TestNode, protocol: string): Stream[] {
    return node.libp2p
      .getConnections()
      .flatMap((connection) => connection.streams)
      .filter((stream) => stream.protocol === protocol)
  }

  /** A peer that speaks the protocol by hand. */
  async function rawStream(): Promise<{ writer: StreamWriter; bytes: AsyncIterator<Uint8Array> }> {
    const stream = await asker.libp2p.dialProtocol(server.libp2p.peerId, ECHO.id)
    return { writer: new StreamWriter(stream), bytes: receive(stream) }
  }

  /** A server that answers the first bytes it gets with exactly `answer`. */
  async function answerRaw(answer: Uint8Array): Promise<void> {
    await server.libp2p.handle(ECHO.id, async (stream) => {
      const bytes = receive(stream)
      await bytes.next()
      await new StreamWriter(stream).send(answer)
    })
  }

  test(
    '200 calls at once, at most 64 under way, share one stream that stays open',
    LIMIT,
    async () => {
      await server.requests.serve(ECHO, echo)
      for (let round = 0; round < 4; round++) {
        const texts = Array.from({ length: 50 }, (_, i) => `${round}/${i}`)
        const answers = await Promise.all(texts.map((text) => call({ text })))
        assert.deepEqual(
          answers.map((answer) => answer.ok && answer.value.text),
          texts
        )
      }
      assert.equal(streams(asker, ECHO.id).length, 1)
      assert.equal(streams(server, ECHO.id).length, 1)
      assert.deepEqual(server.outcomes, [])
    }
  )

  test('each direction has its own stream', LIMIT, async () => {
    await server.requests.serve(ECHO, echo)
    await asker.requests.serve(ECHO, echo)
    await call({ text: 'there' })
    await server.requests.call(asker.nodeId, ECHO, { text: 'back' })
    assert.deepEqual(
      streams(asker, ECHO.id)
        .map((stream) => stream.direction)
        .sort(),
      ['inbound', 'outbound']
    )
  })

  test('answers in another order reach the right callers', LIMIT, async () => {
    const gates = new Map<string, () => void>()
    await server.requests.serve(ECHO, async ({ text }) => {
      await new Promise<void>((resolve) => gates.set(text, resolve))
      return accept({ text })
    })
    const order: string[] = []
    const calls = ['a', 'b', 'c'].map(async (text) => {
      const answer = await call({ text })
      order.push(answer.ok ? answer.value.text : answer.fault)
    })
    await until(() => gates.size === 3)
    for (const text of ['c', 'a', 'b']) {
      const seen = order.length
      gates.get(text)?.()
      await until(() => order.length > seen)
    }
    await Promise.all(calls)
    assert.deepEqual(order, ['c', 'a', 'b'])
  })

  test('the handler is told who asks', LIMIT, async () => {
    await server.requests.serve(ECHO, async (_, peer) => accept({ text: peer.nodeId }))
    assert.deepEqual(await call({ text: '' }), accept({ text: asker.nodeId }))
  })

  test('a refusal of the handler reaches the caller with its code', LIMIT, async () => {
    await server.requests.serve(ECHO, async () => refuse('RECORD_STALE'))
    assert.equal(fault(await call({ text: '' })), 'RECORD_STALE')
    assert.deepEqual(server.codes(), ['RECORD_STALE'])
    assert.deepEqual(asker.outcomes, [])
  })

  test(
    'an exception of the handler is INTERNAL for the caller, logged here and blamed on nobody',
    LIMIT,
    async () => {
      await server.requests.serve(ECHO, async () => {
        throw new Error('bug')
      })
      assert.equal(fault(await call({ text: '' })), 'INTERNAL')
      assert.deepEqual(server.errors, ['request.failed INTERNAL'])
      assert.deepEqual(server.outcomes, [])
    }
  )

  test(
    'no answer within the deadline is TIMEOUT, and the late answer disturbs nothing',
    LIMIT,
    async () => {
      let answer: (() => void) | undefined
      await server.requests.serve(ECHO, async ({ text }) => {
        if (text === 'slow') await new Promise<void>((resolve) => (answer = resolve))
        return accept({ text })
      })
      const slow = call({ text: 'slow' })
      await until(() => answer !== undefined)
      asker.time.advance(ECHO.deadlineMs)
      assert.equal(fault(await slow), 'TIMEOUT')
      assert.deepEqual(asker.codes(), ['TIMEOUT'])
      answer?.()
      assert.deepEqual(await call({ text: 'next' }), accept({ text: 'next' }))
      assert.equal(streams(asker, ECHO.id).length, 1)
    }
  )

  test(
    'a handler slower than the deadline is told so and answered for with TIMEOUT',
    LIMIT,
    async () => {
      let signal: AbortSignal | undefined
      await server.requests.serve(ECHO, async (_, __, context) => {
        signal = context.signal
        return await new Promise(() => {})
      })
      const slow = call({ text: '' })
      await until(() => signal !== undefined)
      server.time.advance(ECHO.deadlineMs)
      assert.equal(fault(await slow), 'TIMEOUT')
      assert.equal(signal?.aborted, true)
      assert.deepEqual(server.outcomes, [])
    }
  )

  test('a caller that goes away gets CANCELED', LIMIT, async () => {
    let isAsked = false
    await server.requests.serve(ECHO, async () => {
      isAsked = true
      return await new Promise(() => {})
    })
    const gone = new AbortController()
    const calling = call({ text: '' }, gone.signal)
    await until(() => isAsked)
    gone.abort()
    assert.equal(fault(await calling), 'CANCELED')
    assert.equal(fault(await call({ text: '' }, gone.signal)), 'CANCELED')
    assert.deepEqual(asker.outcomes, [])
  })

  test(
    'a connection that breaks fails every call under way with CONNECTION_CLOSED',
    LIMIT,
    async () => {
      let asked = 0
      let aborted = 0
      await server.requests.serve(ECHO, async (_, __, { signal }) => {
        asked++
        signal.addEventListener('abort', () => aborted++)
        return await new Promise(() => {})
      })
      const calls = Array.from({ length: 10 }, (_, i) => call({ text: `${i}` }))
      await until(() => asked === 10)
      for (const connection of server.libp2p.getConnections()) connection.abort(new Error('cut'))
      assert.deepEqual(
        new Set((await Promise.all(calls)).map(fault)),
        new Set(['CONNECTION_CLOSED'])
      )
      await until(() => aborted === 10)
      assert.deepEqual(server.outcomes, [])
      await until(() => asker.libp2p.getConnections().length === 0)
      assert.equal(fault(await call({ text: '' })), 'PEER_NOT_CONNECTED')
    }
  )

  test('after a new connection calls work again', LIMIT, async () => {
    await server.requests.serve(ECHO, echo)
    await call({ text: 'first' })
    await asker.libp2p.hangUp(server.libp2p.peerId)
    await until(() => server.libp2p.getConnections().length === 0)
    await connectHosts(asker.libp2p, server.libp2p)
    assert.deepEqual(await call({ text: 'second' }), accept({ text: 'second' }))
  })

  test('a peer without the protocol is PROTOCOL_UNSUPPORTED', LIMIT, async () => {
    assert.equal(fault(await call({ text: '' })), 'PROTOCOL_UNSUPPORTED')
  })

  test('a peer that is not admitted is not asked', LIMIT, async () => {
    await server.requests.serve(ECHO, echo)
    asker.certified.clear()
    assert.equal(fault(await call({ text: '' })), 'PEER_NOT_CONNECTED')
  })

  test(
    '[SR-ADM-7] a peer that is not admitted any more is cut off before its request is decoded',
    LIMIT,
    async () => {
      let asked = 0
      await server.requests.serve(ECHO, async ({ text }) => {
        asked++
        return accept({ text })
      })
      await call({ text: 'admitted' })
      server.certified.clear()
      assert.equal(fault(await call({ text: 'revoked' })), 'CONNECTION_CLOSED')
      assert.equal(asked, 1)
      assert.deepEqual(server.errors, [])
    }
  )

  test(
    '[SR-TC-1] more calls than one peer may have under way are OVERLOADED at once',
    LIMIT,
    async () => {
      await server.requests.serve(ECHO, async () => await new Promise(() => {}))
      const gone = new AbortController()
      const calls = Array.from({ length: LIMITS.requestsInFlightPerPeerMax }, () =>
        call({ text: '' }, gone.signal)
      )
      assert.equal(fault(await call({ text: '' })), 'OVERLOADED')
      gone.abort()
      assert.deepEqual(new Set((await Promise.all(calls)).map(fault)), new Set(['CANCELED']))
    }
  )

  test(
    '[SR-TC-1] a flood of requests never has more than the bound in work, and all are answered',
    LIMIT,
    async () => {
      let working = 0
      let most = 0
      const gates: (() => void)[] = []
      await server.requests.serve(ECHO, async ({ text }) => {
        most = Math.max(most, ++working)
        await new Promise<void>((resolve) => gates.push(resolve))
        working--
        return accept({ text })
      })
      const { writer, bytes } = await rawStream()
      const count = 3 * LIMITS.requestsInFlightPerPeerMax
      const body = encodeCbor({ text: 'x' })
      for (let id = 0; id < count; id++) {
        await writer.send(encodeRequestFrame({ id, status: STATUS_OK, body }))
      }
      const answerBytes = encodeRequestFrame({ id: 0, status: STATUS_OK, body }).length
      await until(() => working === LIMITS.requestsInFlightPerPeerMax)
      let received = 0
      while (received < count * answerBytes) {
        for (const open of gates.splice(0)) open()
        received += (await bytes.next()).value?.length ?? assert.fail('the stream ended')
      }
      assert.equal(most, LIMITS.requestsInFlightPerPeerMax)
      assert.deepEqual(server.outcomes, [])
    }
  )

  test(
    '[SR-TC-1] requests above the rate are answered with RATE_LIMITED until time has passed',
    LIMIT,
    async () => {
      await server.requests.serve(ECHO, echo)
      for (let sent = 0; sent < LIMITS.requestRatePerPeer; sent += 50) {
        await Promise.all(Array.from({ length: 50 }, () => call({ text: '' })))
      }
      assert.equal(fault(await call({ text: '' })), 'RATE_LIMITED')
      assert.deepEqual(server.codes(), ['RATE_LIMITED'])
      server.time.advance(1000 / LIMITS.requestRatePerPeer)
      assert.equal(fault(await call({ text: '' })), 'accepted')
    }
  )

  test('[SR-TC-2] a request above the bound is refused before it is sent', LIMIT, async () => {
    await server.requests.serve(ECHO, echo)
    assert.equal(fault(await call({ text: 'x'.repeat(4096) })), 'MESSAGE_TOO_LARGE')
    assert.deepEqual(server.outcomes, [])
  })

  test(
    'a response above the bound is a fault of the server, not of the caller',
    LIMIT,
    async () => {
      await server.requests.serve(ECHO, async () => accept({ text: 'x'.repeat(4096) }))
      assert.equal(fault(await call({ text: '' })), 'INTERNAL')
      assert.deepEqual(server.errors, ['request.failed INTERNAL'])
    }
  )

  const request = { id: 0, status: STATUS_OK, body: encodeCbor({ text: '' }) }
  for (const [what, code, bytes] of [
    ['a frame above the bound', 'MESSAGE_TOO_LARGE', [encodeFrame(new Uint8Array(4200))]],
    ['a frame that is no CBOR', 'MESSAGE_MALFORMED', [encodeFrame(Uint8Array.of(0xff))]],
    ['a frame of other items', 'MESSAGE_MALFORMED', [encodeFrame(encodeCbor([1, 0]))]],
    ['a length in a longer form', 'MESSAGE_MALFORMED', [Uint8Array.of(0x80, 0)]],
    [
      'a request with a status',
      'MESSAGE_MALFORMED',
      [encodeRequestFrame({ ...request, status: 1 })]
    ],
    [
      'an id that is under way already',
      'MESSAGE_MALFORMED',
      [encodeRequestFrame(request), encodeRequestFrame(request)]
    ]
  ] as const) {
    test(`[SR-TC-2] ${what} ends the stream and is reported once as ${code}`, LIMIT, async () => {
      await server.requests.serve(ECHO, async () => await new Promise(() => {}))
      const { writer, bytes: answers } = await rawStream()
      for (const piece of bytes) await writer.send(piece)
      await assert.rejects(async () => await answers.next(), { code: 'CONNECTION_CLOSED' })
      assert.deepEqual(server.outcomes, [{ nodeId: asker.nodeId, protocol: ECHO.id, code }])
    })
  }

  test(
    '[SR-TC-2] a body that breaks the schema is answered with MESSAGE_MALFORMED and reported',
    LIMIT,
    async () => {
      await server.requests.serve(ECHO, echo)
      const lax = { ...ECHO, request: z.unknown() }
      const answer = await asker.requests.call(server.nodeId, lax, { text: 'x', extra: 1 })
      assert.equal(fault(answer), 'MESSAGE_MALFORMED')
      assert.deepEqual(server.codes(), ['MESSAGE_MALFORMED'])
      assert.equal(fault(await call({ text: '' })), 'accepted')
    }
  )

  test(
    '[SR-TC-2] a response that breaks the schema is MESSAGE_MALFORMED and reported',
    LIMIT,
    async () => {
      const lax: Protocol<Echo, unknown> = { ...ECHO, response: z.unknown() }
      await server.requests.serve(lax, async () => accept({ other: 1 }))
      assert.equal(fault(await call({ text: '' })), 'MESSAGE_MALFORMED')
      assert.deepEqual(asker.codes(), ['MESSAGE_MALFORMED'])
    }
  )

  for (const [what, code, answer] of [
    ['an answer above the bound', 'MESSAGE_TOO_LARGE', encodeFrame(new Uint8Array(4200))],
    [
      'an answer to a question never asked',
      'MESSAGE_MALFORMED',
      encodeRequestFrame({ ...request, id: 77 })
    ],
    ['an answer that is no CBOR', 'MESSAGE_MALFORMED', encodeFrame(Uint8Array.of(0xff))]
  ] as const) {
    test(
      `[SR-TC-2] ${what} ends the stream, fails the calls on it and is reported once as ${code}`,
      LIMIT,
      async () => {
        await answerRaw(answer)
        const answers = await Promise.all([call({ text: '1' }), call({ text: '2' })])
        assert.deepEqual(answers.map(fault), [code, code])
        assert.deepEqual(asker.codes(), [code])
      }
    )
  }

  test('a refusal with a number of a newer version is PEER_REFUSED', LIMIT, async () => {
    await answerRaw(encodeRequestFrame({ id: 0, status: 65_000, body: new Uint8Array() }))
    const answer = await call({ text: '' })
    assert.deepEqual(answer, refuse('PEER_REFUSED', { status: 65_000 }))
    assert.ok(ERRORS.PEER_REFUSED)
  })

  test(
    'a peer that leaves as many calls unanswered as may be under way gets a new stream',
    LIMIT,
    async () => {
      let asked = 0
      let isStuck = true
      await server.requests.serve(ECHO, async ({ text }, _, { signal }) => {
        asked++
        if (!isStuck) return accept({ text })
        return await new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        })
      })
      const count = LIMITS.requestsInFlightPerPeerMax
      const calls = Array.from({ length: count }, () => call({ text: '' }))
      await until(() => asked === count)
      const [before] = streams(asker, ECHO.id)
      asker.time.advance(ECHO.deadlineMs)
      assert.deepEqual(new Set((await Promise.all(calls)).map(fault)), new Set(['TIMEOUT']))
      await until(() => before?.status === 'aborted')
      isStuck = false
      assert.deepEqual(await call({ text: 'next' }), accept({ text: 'next' }))
      assert.notEqual(streams(asker, ECHO.id)[0], before)
    }
  )

  test(
    '[SR-TC-1] a peer that does not read its answers loses the stream, and little is kept for it',
    LIMIT,
    async () => {
      const BLOB: Protocol<null, Uint8Array> = {
        id: '/test/blob/1.0.0',
        request: z.null(),
        response: bytesUpTo(LIMITS.responseBytesMax),
        requestBytesMax: 16,
        responseBytesMax: LIMITS.responseBytesMax,
        deadlineMs: 5000
      }
      let asked = 0
      await server.requests.serve(BLOB, async () => {
        asked++
        return accept(new Uint8Array(200 * 1024))
      })
      const stream = await asker.libp2p.dialProtocol(server.libp2p.peerId, BLOB.id)
      stream.addEventListener('message', () => {})
      stream.pause()
      const body = encodeCbor(null)
      const writer = new StreamWriter(stream)
      const count = 2 * LIMITS.requestsInFlightPerPeerMax
      for (let id = 0; id < count; id++) {
        await writer.send(encodeRequestFrame({ id, status: STATUS_OK, body }))
      }
      for (let seen = -1, still = 0; still < 50; still = seen === asked ? still + 1 : 0) {
        seen = asked
        await turn()
      }
      assert.ok(asked < count, 'requests went on being worked on')
      const [inbound] = streams(server, BLOB.id)
      assert.ok((inbound?.writeBufferLength ?? 0) <= LIMITS.responseBytesMax)
      server.time.advance(LIMITS.requestMs)
      await until(() => inbound?.status === 'aborted')
      assert.deepEqual(server.codes(), ['TIMEOUT'])
      abortStream(stream, new PeerageError('CANCELED'))
    }
  )

  test(
    'stopping fails calls under way with CONNECTION_CLOSED, and further ones at once',
    LIMIT,
    async () => {
      let isAsked = false
      await server.requests.serve(ECHO, async () => {
        isAsked = true
        return await new Promise(() => {})
      })
      const calling = call({ text: '' })
      await until(() => isAsked)
      await asker.requests.stop()
      assert.equal(fault(await calling), 'CONNECTION_CLOSED')
      assert.equal(fault(await call({ text: '' })), 'PEER_NOT_CONNECTED')
    }
  )

  test('a protocol that allows more than the overlay is a mistake of the program', async () => {
    const wide = { ...ECHO, requestBytesMax: LIMITS.requestBytesMax + 1 }
    await assert.rejects(server.requests.serve(wide, echo), RangeError)
  })
})
