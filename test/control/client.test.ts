import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { connectControl } from '../../src/control/client.ts'
import type { NodeEvent } from '../../src/control/events.ts'
import { PeerageError } from '../../src/errors.ts'
import { LIMITS } from '../../src/limits.ts'
import { testControl, testDirectory } from '../support/control.ts'
import { hangingCall } from '../support/fake-node-api.ts'
import { FakeTime } from '../support/fake-time.ts'

const TIMEOUT = { timeout: 30_000 }

describe('the client', () => {
  test('calls a method with the types of its definition', async (t) => {
    const client = await (await testControl(t)).client()
    const { items, nextCursor } = await client.call('peer.list', { limit: 5 })
    assert.equal(items[0]?.member, 'alice')
    assert.equal(nextCursor, null)
    const { peers } = await client.call('node.status')
    assert.equal(peers.connected, 2)
  })

  test('calls any method by its name', async (t) => {
    const client = await (await testControl(t)).client()
    assert.deepEqual(await client.callAny('rpc.version'), { name: 'peerage', version: '0.1.0' })
    await assert.rejects(client.callAny('no.such'), isError('METHOD_UNKNOWN'))
    await assert.rejects(client.callAny('peer.show', { peer: 1 }), (error) => {
      assert.ok(error instanceof PeerageError)
      assert.equal(error.code, 'INVALID_ARGUMENT')
      assert.ok(Array.isArray(error.details['issues']))
      return true
    })
  })

  test('throws the error of the node with its code and details', async (t) => {
    const control = await testControl(t, {
      members: {
        show: async () => {
          throw new PeerageError('MEMBER_UNKNOWN', { member: 'bob' })
        }
      }
    })
    const client = await control.client()
    await assert.rejects(client.call('member.show', { member: 'bob' }), (error) => {
      assert.ok(error instanceof PeerageError)
      assert.equal(error.code, 'MEMBER_UNKNOWN')
      assert.deepEqual(error.details, { member: 'bob' })
      return true
    })
  })

  test('answers that overtake each other reach their own calls', async (t) => {
    const gate = Promise.withResolvers<void>()
    const control = await testControl(t, {
      network: {
        show: async () => {
          await gate.promise
          throw new PeerageError('NOT_READY')
        }
      }
    })
    const client = await control.client()
    const slow = client.call('network.show')
    await client.call('rpc.ping')
    gate.resolve()
    await assert.rejects(slow, isError('NOT_READY'))
  })

  test('says that no daemon answers, and what to do', async (t) => {
    const directory = testDirectory(t)
    const path = join(directory, 'control.sock')
    await assert.rejects(connectControl(path), isError('DAEMON_UNREACHABLE'))
  })

  test('gives up after the time allowed and takes no late answer', TIMEOUT, async (t) => {
    const time = new FakeTime()
    const hanging = hangingCall()
    const { control } = await testControl(t, { node: { wait: hanging.run } })
    const client = await connectControl(control, { scheduler: time })
    t.after(() => client.close())
    const call = client.call('node.wait', {}, { timeoutMs: 500 })
    await hanging.started
    time.advance(500)
    await assert.rejects(call, isError('TIMEOUT'))
    assert.ok(await client.call('rpc.ping'))
  })

  test('stops waiting when its signal aborts', TIMEOUT, async (t) => {
    const hanging = hangingCall()
    const control = await testControl(t, { node: { wait: hanging.run } })
    const client = await control.client()
    const controller = new AbortController()
    const call = client.call('node.wait', {}, { signal: controller.signal })
    await hanging.started
    controller.abort(new PeerageError('CANCELED'))
    await assert.rejects(call, isError('CANCELED'))
    await assert.rejects(
      client.call('rpc.ping', {}, { signal: controller.signal }),
      isError('CANCELED')
    )
  })

  test('calls under way and later ones fail when the daemon goes away', TIMEOUT, async (t) => {
    const path = await dumbServer(t, (socket) => socket.destroy())
    const client = await connectControl(path)
    await assert.rejects(client.call('rpc.ping'), isError('CONNECTION_CLOSED'))
    await assert.rejects(client.call('rpc.ping'), isError('CONNECTION_CLOSED'))
  })

  test('a stopping daemon cancels calls and lets answers leave', TIMEOUT, async (t) => {
    const hanging = hangingCall()
    const control = await testControl(t, { node: { wait: hanging.run } })
    const client = await control.client()
    const waiting = assert.rejects(client.call('node.wait'), isError('CANCELED'))
    await hanging.started
    await control.server.stop()
    await waiting
    await assert.rejects(connectControl(control.control), isError('DAEMON_UNREACHABLE'))
  })

  test('a daemon that speaks something else is a closed connection', TIMEOUT, async (t) => {
    const path = await dumbServer(t, (socket) => socket.write('220 mail.example ESMTP\r\n'))
    const client = await connectControl(path)
    await assert.rejects(client.call('rpc.ping'), isError('CONNECTION_CLOSED'))
  })

  test('[SR-TC-2] an answer without end is not collected', TIMEOUT, async (t) => {
    const path = await dumbServer(t, (socket) =>
      socket.write('x'.repeat(LIMITS.rpcBacklogBytesMax + 1))
    )
    const client = await connectControl(path)
    await assert.rejects(client.call('rpc.ping'), isError('CONNECTION_CLOSED'))
  })

  test('gives events to the subscriber, the replayed ones included', TIMEOUT, async (t) => {
    const { client: open, hub } = await testControl(t)
    const client = await open()
    const first = await client.subscribe({ topics: ['node.*'] }, () => {})
    hub.publish('node.stopping', { reason: 'a' })
    const seen: NodeEvent[] = []
    const second = await client.subscribe({ since: first.cursor }, (event) => seen.push(event))
    await client.call('rpc.ping')
    assert.deepEqual(
      seen.map(({ topic, data }) => [topic, data]),
      [['node.stopping', { reason: 'a' }]]
    )
    await second.close()
    await second.ended
    hub.publish('node.stopping', { reason: 'b' })
    await client.call('rpc.ping')
    assert.equal(seen.length, 1)
  })

  test('a subscription ends with the connection', TIMEOUT, async (t) => {
    const { client: open, server } = await testControl(t)
    const client = await open()
    const { ended } = await client.subscribe({}, () => {})
    const end = assert.rejects(ended, isError('CONNECTION_CLOSED'))
    await server.stop()
    await end
  })
})

/** Listens and does this to every client. */
async function dumbServer(
  t: TestContext,
  treat: (socket: import('node:net').Socket) => void
): Promise<string> {
  const path = join(testDirectory(t), 'control.sock')
  const server = createServer((socket) => {
    socket.on('error', () => {
      // The client hangs up on what it does not like.
    })
    socket.once('data', () => treat(socket))
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  t.after(() => server.close())
  return path
}

function isError(code: string): (error: unknown) => boolean {
  return (error) => error instanceof PeerageError && error.code === code
}
