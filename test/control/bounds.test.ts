import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NodeApi } from '../../src/control/node-api.ts'
import { LIMITS } from '../../src/limits.ts'
import { type RawClient, type TestControl, testControl } from '../support/control.ts'
import { hangingCall } from '../support/fake-node-api.ts'

const TIMEOUT = { timeout: 30_000 }
const PING = '{"jsonrpc":"2.0","id":7,"method":"rpc.ping"}'
const MIB = 1024 * 1024

describe('lines', () => {
  for (const [what, end] of [
    ['with its line feed', '\n'],
    ['without a line feed', '']
  ] as const) {
    test(
      `[SR-TC-2] 10 MiB in one line ${what} are refused and end the connection`,
      TIMEOUT,
      async (t) => {
        const control = await testControl(t)
        const client = await control.raw()
        client.send(`"${'x'.repeat(10 * MIB)}"${end}`)
        const { id, error } = await client.line()
        assert.equal(id, null)
        assert.equal(error?.code, 1602)
        assert.equal(error.data['code'], 'FRAME_TOO_LARGE')
        await endsAfterFlush(control, client)
        await assertServed(control)
      }
    )
  }

  test('a line of exactly the limit is read, one byte more is not', TIMEOUT, async (t) => {
    const control = await testControl(t)
    const client = await control.raw()
    const exact = PING.padEnd(LIMITS.rpcFrameBytesMax)
    client.send(`${exact}\n`)
    assert.equal((await client.line()).id, 7)
    client.send(`${exact} \n`)
    assert.equal((await client.line()).error?.data['code'], 'FRAME_TOO_LARGE')
  })

  test('[SR-TC-2] half a line is waited for, but not forever', TIMEOUT, async (t) => {
    const control = await testControl(t)
    const client = await control.raw()
    client.send(`${PING}\n{"jsonrpc":`)
    assert.equal((await client.line()).id, 7)
    control.time.advance(LIMITS.rpcHalfRequestIdleMs - 1)
    await assertServed(control)
    control.time.advance(1)
    const { error } = await client.line()
    assert.equal(error?.code, -32700)
    assert.equal(error.data['reason'], 'incomplete')
    await client.closed
  })

  test('a client that is between two requests may be silent', TIMEOUT, async (t) => {
    const control = await testControl(t)
    const client = await control.raw()
    await client.ask('rpc.ping')
    control.time.advance(10 * LIMITS.rpcHalfRequestIdleMs)
    assert.ok((await client.ask('rpc.ping')).result)
  })

  test('every half line has its own time', TIMEOUT, async (t) => {
    const control = await testControl(t)
    const client = await control.raw()
    client.send(`${PING}\n{"jsonrpc":"2.0",`)
    await client.line()
    control.time.advance(LIMITS.rpcHalfRequestIdleMs - 1)
    client.send('"id":8,"method":"rpc.ping"}\n')
    assert.equal((await client.line()).id, 8)
    control.time.advance(LIMITS.rpcHalfRequestIdleMs)
    client.send(`${PING}\n{`)
    assert.equal((await client.line()).id, 7)
    control.time.advance(LIMITS.rpcHalfRequestIdleMs)
    assert.equal((await client.line()).error?.data['reason'], 'incomplete')
  })
})

describe('a client that does not read', () => {
  test('[SR-TC-2] 10 000 requests are read only as answers leave', TIMEOUT, async (t) => {
    const hanging = hangingCall()
    let calls = 0
    const size = 16 * 1024
    const control = await testControl(t, {
      node: { wait: hanging.run },
      records: {
        get: async () => {
          calls++
          return recordOf(size)
        }
      }
    })
    const client = await control.raw()
    client.socket.pause()
    client.request('node.wait')
    const get = '{"jsonrpc":"2.0","id":1,"method":"record.get","params":["note","a"]}\n'
    client.send(get.repeat(10_000))
    await hanging.started
    await untilStable(control, () => calls)
    // 64 KiB of stream buffer, what the system keeps of a socket, and the requests in flight.
    assert.ok(calls < 200, `${calls} requests were worked on`)
    await assertServed(control)
    control.time.advance(LIMITS.rpcStallMs)
    await hanging.aborted
    client.socket.resume()
    await client.closed
    await assertServed(control)
  })

  test(
    'every one of 10 000 pipelined requests is answered in order to one that reads',
    TIMEOUT,
    async (t) => {
      const client = await (await testControl(t)).raw()
      const pings = Array.from({ length: 10_000 }, (_, id) => ({
        jsonrpc: '2.0',
        id,
        method: 'rpc.ping'
      }))
      client.send(pings.map((ping) => `${JSON.stringify(ping)}\n`).join(''))
      for (const { id } of pings) assert.equal((await client.line()).id, id)
    }
  )

  test('[SR-TC-2] is cut when its unread answers pass the bound', TIMEOUT, async (t) => {
    const hanging = hangingCall()
    const release = Promise.withResolvers<void>()
    const control = await testControl(t, {
      node: { wait: hanging.run },
      records: {
        get: async () => {
          await release.promise
          return recordOf(MIB)
        }
      }
    })
    const client = await control.raw()
    client.socket.pause()
    client.request('node.wait')
    for (let i = 0; i < 10; i++) client.request('record.get', ['note', 'a'])
    await hanging.started
    release.resolve()
    await hanging.aborted
    await assertServed(control)
  })

  test('[SR-TC-2] is cut when it makes no progress for long', TIMEOUT, async (t) => {
    const hanging = hangingCall()
    let calls = 0
    const control = await testControl(t, {
      node: { wait: hanging.run },
      records: {
        get: async () => {
          calls++
          return recordOf(MIB)
        }
      }
    })
    const client = await control.raw()
    client.socket.pause()
    client.request('node.wait')
    client.request('record.get', ['note', 'a'])
    await hanging.started
    await untilStable(control, () => calls)
    control.time.advance(LIMITS.rpcStallMs)
    await hanging.aborted
  })

  test('is not cut when it reads in time', TIMEOUT, async (t) => {
    const control = await testControl(t, { records: { get: async () => recordOf(MIB) } })
    const client = await control.raw()
    for (let i = 0; i < 5; i++) {
      const { result } = await client.ask('record.get', ['note', 'a'])
      assert.equal(String(result?.['text']).length, MIB)
      control.time.advance(LIMITS.rpcStallMs)
    }
  })
})

describe('requests in flight', () => {
  test('[SR-TC-2] further requests wait unread until one is answered', TIMEOUT, async (t) => {
    const inFlightMax = LIMITS.rpcInFlightPerConnectionMax
    const gates: (() => void)[] = []
    const show: NodeApi['network']['show'] = async () => {
      const gate = Promise.withResolvers<void>()
      gates.push(gate.resolve)
      await gate.promise
      throw new Error('enough')
    }
    const control = await testControl(t, { network: { show } })
    const client = await control.raw()
    for (let id = 0; id < inFlightMax + 2; id++) client.request('network.show', {}, id)
    await untilStable(control, () => gates.length)
    assert.equal(gates.length, inFlightMax)
    gates[3]?.()
    assert.equal((await client.line()).id, 3)
    await untilStable(control, () => gates.length)
    assert.equal(gates.length, inFlightMax + 1)
  })

  test('[SR-CTL-2] a call learns that its client has gone', TIMEOUT, async (t) => {
    const hanging = hangingCall()
    const control = await testControl(t, { node: { wait: hanging.run } })
    const client = await control.raw()
    client.request('node.wait')
    await hanging.started
    client.close()
    await hanging.aborted
  })

  test('a client that only stops sending still gets its answer', TIMEOUT, async (t) => {
    const release = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    const control = await testControl(t, {
      network: {
        show: async () => {
          started.resolve()
          await release.promise
          throw new Error('enough')
        }
      }
    })
    const client = await control.raw()
    client.request('network.show', {}, 5)
    client.socket.end(PING)
    assert.equal((await client.line()).id, 7)
    await started.promise
    release.resolve()
    assert.equal((await client.line()).id, 5)
    await client.closed
  })
})

describe('connections', () => {
  test('[SR-TC-2] one too many is told so and ended, the others go on', TIMEOUT, async (t) => {
    const control = await testControl(t)
    const clients: RawClient[] = []
    for (let i = 0; i < LIMITS.rpcConnectionsMax; i++) clients.push(await control.raw())
    await Promise.all(clients.map((client) => client.ask('rpc.ping')))
    const late = await control.raw()
    assert.equal((await late.line()).error?.data['code'], 'OVERLOADED')
    await late.closed
    assert.ok((await clients[0]?.ask('rpc.ping'))?.result)
    const observer = await control.raw(control.observe)
    assert.ok((await observer.ask('rpc.ping')).result)
    clients[0]?.close()
    await clients[0]?.closed
    await assertServed(control)
  })
})

/** The server works on what has arrived while others talk to it; then the number stands still. */
async function untilStable(control: TestControl, read: () => number): Promise<void> {
  let before = -1
  while (read() !== before) {
    before = read()
    for (let i = 0; i < 20; i++) await assertServed(control)
  }
}

async function assertServed(control: TestControl): Promise<void> {
  const other = await control.raw(control.observe)
  assert.ok((await other.ask('rpc.ping')).result)
  other.close()
  await other.closed
}

async function endsAfterFlush(control: TestControl, client: RawClient): Promise<void> {
  client.socket.end()
  control.time.advance(LIMITS.rpcFlushMs)
  await client.closed
}

function recordOf(bytes: number) {
  return {
    kind: 'note',
    owner: 'a',
    name: 'a',
    version: 1,
    digest: `sha256:${'0'.repeat(64)}`,
    expiresAt: '2026-01-01T00:00:00.000Z',
    signer: '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp',
    verifiedFrom: [],
    isHeldHere: false,
    storedAt: '2026-01-01T00:00:00.000Z',
    holdersAsked: 0,
    answered: 0,
    isStale: false,
    conflict: false,
    signedBy: 'a/desk',
    ageMs: 0,
    value: new Uint8Array(bytes).fill(0x61)
  }
}
