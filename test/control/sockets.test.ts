import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { openSocket, type SocketPlace } from '../../src/control/socket.ts'
import { PeerageError } from '../../src/errors.ts'
import { LIMITS } from '../../src/limits.ts'
import { testControl, testDirectory } from '../support/control.ts'

const TIMEOUT = { timeout: 30_000 }
const uid = process.getuid?.() ?? 0

describe('sockets', () => {
  test('[SR-CTL-1] have mode 0600 in a home', async (t) => {
    const { control, observe } = await testControl(t)
    assert.equal(modeOf(control), 0o600)
    assert.equal(modeOf(observe), 0o600)
  })

  test('[SR-CTL-1] have mode 0660 where a setting places them, whatever the mask', async (t) => {
    const path = join(testDirectory(t), 'observe.sock')
    const mask = process.umask(0o077)
    t.after(() => process.umask(mask))
    await open(t, { path, mode: 0o660, uid })
    assert.equal(modeOf(path), 0o660)
    assert.equal(process.umask(), 0o077)
  })

  test('are removed when the server stops', async (t) => {
    const { control, observe, server } = await testControl(t)
    await server.stop()
    assert.deepEqual([existsSync(control), existsSync(observe)], [false, false])
  })

  test('one that a killed process left behind is no obstacle', TIMEOUT, async (t) => {
    const path = join(testDirectory(t), 'control.sock')
    const code = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.ok(existsSync(path))
    await open(t, { path, mode: 0o600, uid })
    assert.equal(modeOf(path), 0o600)
  })

  test('one that answers is refused with HOME_IN_USE and goes on', async (t) => {
    const { control, raw } = await testControl(t)
    await assert.rejects(openSocket({ path: control, mode: 0o600, uid }), isError('HOME_IN_USE'))
    assert.ok((await (await raw()).ask('rpc.ping')).result)
  })

  test('[SR-CTL-1] what is not a socket is never removed', async (t) => {
    const directory = testDirectory(t)
    const file = join(directory, 'file')
    writeFileSync(file, 'mine')
    const link = join(directory, 'link')
    symlinkSync(file, link)
    for (const path of [file, link]) {
      await assert.rejects(openSocket({ path, mode: 0o600, uid }), isError('SOCKET_PATH_TAKEN'))
      assert.ok(existsSync(path))
    }
  })

  test('[SR-CTL-1] the socket of another user is never removed', async (t) => {
    const { control } = await testControl(t)
    const place = { path: control, mode: 0o600, uid: uid + 1 } as const
    await assert.rejects(openSocket(place), isError('SOCKET_PATH_TAKEN'))
  })

  test('[SR-CTL-1] a directory that everybody may write is refused', async (t) => {
    const directory = join(testDirectory(t), 'open')
    mkdirSync(directory)
    chmodSync(directory, 0o777)
    const place = { path: join(directory, 'observe.sock'), mode: 0o660, uid } as const
    await assert.rejects(openSocket(place), isError('HOME_PERMISSIONS'))
  })

  test('a directory that is not there is refused', async (t) => {
    const path = join(testDirectory(t), 'no', 'control.sock')
    await assert.rejects(openSocket({ path, mode: 0o600, uid }), isError('HOME_UNWRITABLE'))
  })

  test('a path that the system would cut short is refused', async (t) => {
    const directory = testDirectory(t)
    const longest = join(directory, 'x'.repeat(LIMITS.socketPathBytesMax - directory.length - 1))
    await open(t, { path: longest, mode: 0o600, uid })
    assert.ok(existsSync(longest))
    const place = { path: `${longest}x`, mode: 0o600, uid } as const
    await assert.rejects(openSocket(place), isError('SOCKET_PATH_TOO_LONG'))
  })
})

describe('the observe socket', () => {
  test('[SR-CTL-1] answers reading methods', async (t) => {
    const { raw, observe } = await testControl(t)
    assert.ok((await (await raw(observe)).ask('node.status')).result)
  })

  const changing = ['node.stop', 'peer.connect', 'cert.revoke', 'invite.create', 'record.put']
  for (const method of changing) {
    test(`[SR-CTL-1] refuses ${method} with METHOD_FORBIDDEN before it looks at parameters`, async (t) => {
      const stopped: unknown[] = []
      const { raw, observe } = await testControl(t, {
        node: {
          stop: async (params) => {
            stopped.push(params)
            return { state: 'stopping' }
          }
        }
      })
      const client = await raw(observe)
      const { error } = await client.ask(method, {})
      assert.equal(error?.code, 1601)
      assert.equal(error.data['code'], 'METHOD_FORBIDDEN')
      client.send('[{"jsonrpc":"2.0","method":"node.stop"}]\n')
      assert.ok((await client.ask('rpc.ping')).result)
      assert.deepEqual(stopped, [])
    })
  }
})

async function open(t: TestContext, place: SocketPlace): Promise<Server> {
  const server = await openSocket(place)
  t.after(() => server.close())
  return server
}

function modeOf(path: string): number {
  return lstatSync(path).mode & 0o777
}

function isError(code: string): (error: unknown) => boolean {
  return (error) => error instanceof PeerageError && error.code === code
}
