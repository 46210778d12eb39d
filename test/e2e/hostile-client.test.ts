import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { LIMITS } from '../../src/limits.ts'
import { type Daemon, json, Sandbox } from './support.ts'

const MIB = 1 << 20
/** Far above what the bounds allow all of these clients together, far below what they offer. */
const GROWTH_MAX = 96 * MIB

describe('[SR-TC-2] a running daemon and clients of its sockets that mean no good', {
  timeout: 120_000
}, () => {
  const sandbox = new Sandbox()
  let daemon: Daemon
  let before_: number
  const sockets = new Set<Socket>()

  before(async () => {
    await sandbox.create('hq')
    daemon = await sandbox.up('hq')
    before_ = residentBytes()
  })
  after(async () => {
    for (const socket of sockets) socket.destroy()
    await sandbox.end()
  })

  function residentBytes(): number {
    const status = readFileSync(`/proc/${daemon.child.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
  }

  async function open(name = 'control.sock'): Promise<Socket> {
    const socket = connect(`${daemon.home}/${name}`)
    sockets.add(socket)
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }

  /** What the daemon says until it ends the connection or has said so many lines. */
  async function answers(socket: Socket, lines = Number.POSITIVE_INFINITY): Promise<string[]> {
    let text = ''
    for await (const chunk of socket) {
      text += String(chunk)
      if (text.split('\n').length > lines) break
    }
    return text.split('\n').filter((line) => line !== '')
  }

  /** The control: an honest client beside the hostile one is served, and memory stays bounded. */
  async function requireWell(): Promise<void> {
    const status = await json(['status'], { home: daemon.home })
    assert.equal(status.state, 'ready')
    const growth = residentBytes() - before_
    assert.ok(growth < GROWTH_MAX, `grew by ${Math.round(growth / MIB)} MiB`)
  }

  const ERRORS: readonly (readonly [string, string, number])[] = [
    ['malformed JSON', '{"jsonrpc":\n', -32700],
    ['deep nesting', `${'['.repeat(10_000)}\n`, -32700],
    ['a duplicate member', '{"jsonrpc":"2.0","id":1,"id":2,"method":"rpc.ping"}\n', -32700],
    ['an unknown method', '{"jsonrpc":"2.0","id":1,"method":"node.explode"}\n', -32601],
    [
      'a wrong type',
      '{"jsonrpc":"2.0","id":1,"method":"peer.list","params":{"limit":"5"}}\n',
      -32602
    ],
    [
      'an unknown field',
      '{"jsonrpc":"2.0","id":1,"method":"peer.list","params":{"all":1}}\n',
      -32602
    ],
    ['bytes that are no UTF-8', '\xff\xfe\n', -32700]
  ]
  for (const [title, line, code] of ERRORS) {
    test(`${title} is answered with ${code}`, async () => {
      const socket = await open()
      socket.write(Buffer.from(line, 'latin1'))
      const [answer = ''] = await answers(socket, 1)
      assert.equal(JSON.parse(answer).error.code, code)
      await requireWell()
    })
  }

  test('[SR-CTL-1] the observe socket changes nothing', async () => {
    const socket = await open('observe.sock')
    socket.write('{"jsonrpc":"2.0","id":1,"method":"node.stop"}\n')
    const [answer = ''] = await answers(socket, 1)
    assert.equal(JSON.parse(answer).error.data.code, 'METHOD_FORBIDDEN')
    await requireWell()
  })

  test('a line of 10 MiB is refused, not kept', async () => {
    const socket = await open()
    const part = Buffer.alloc(MIB, 'x')
    const said = answers(socket)
    for (let i = 0; i < 10 && socket.writable; i++) {
      if (!socket.write(part)) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
    }
    const lines = await said
    assert.equal(JSON.parse(lines[0] ?? '{}').error.data.code, 'FRAME_TOO_LARGE')
    await requireWell()
  })

  test('10 000 requests of a client that reads nothing stop at what the socket holds', async () => {
    const socket = await open()
    socket.pause()
    const line = '{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}\n'
    socket.write(line.repeat(10_000))
    await requireWell()
    await requireWell()
  })

  test('a batch of more than the bound is refused as one', async () => {
    const socket = await open()
    const one = '{"jsonrpc":"2.0","id":1,"method":"rpc.ping"}'
    socket.write(`[${Array.from({ length: LIMITS.rpcBatchMax + 1 }, () => one).join(',')}]\n`)
    const [answer = ''] = await answers(socket, 1)
    assert.equal(JSON.parse(answer).error.code, -32600)
    await requireWell()
  })

  test('clients that say half a line, or go away in the middle of an answer, harm nobody', async () => {
    for (let i = 0; i < 20; i++) (await open()).write('{"jsonrpc":')
    for (let i = 0; i < 20; i++) {
      const socket = await open()
      socket.write('{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}\n')
      socket.once('data', () => socket.destroy())
    }
    await requireWell()
  })

  test('a flood of subscriptions ends at the bound', async () => {
    const socket = await open()
    const subscribe =
      '{"jsonrpc":"2.0","id":1,"method":"events.subscribe","params":{"topics":["*"]}}\n'
    socket.write(subscribe.repeat(LIMITS.subscriptionsPerConnectionMax + 1))
    const lines = await answers(socket, LIMITS.subscriptionsPerConnectionMax + 1)
    const refused = lines.map((line) => JSON.parse(line)).filter((answer) => 'error' in answer)
    assert.ok(refused.length >= 1)
    await requireWell()
  })

  test('after all of it the daemon stops cleanly', async () => {
    for (const socket of sockets) socket.destroy()
    assert.deepEqual(await daemon.stop(), { exit: 0, signal: null })
    assert.doesNotMatch(daemon.stderr, /INTERNAL|unhandled|TypeError/i)
  })
})
