import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { type Json, json, refused, run } from './support.ts'

describe('a testnet on this machine', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-up-test-'))
  const init = { variables: { TMPDIR: folder } }
  let nodes: readonly Json[] = []
  after(async () => {
    for (const name of ['default', 'second']) await run(['testnet', 'down', '--name', name], init)
    rmSync(folder, { recursive: true, force: true })
  })

  test('[SR-USE-1] is up with one command: real daemons, enrolled and connected', async () => {
    const up = await json(['testnet', 'up', '3'], init)
    nodes = up.nodes
    assert.deepEqual(namesOf(nodes), ['node-1', 'node-2', 'node-3'])
    assert.equal(new Set(nodes.map(({ nodeId }) => nodeId)).size, 3)
    assert.equal(nodes[0].frontDesk.length, 1)
    for (const { pid } of nodes) assert.ok(isAlive(pid))
    const { items } = await json(['testnet', 'ls'], init)
    assert.deepEqual(
      items.map(({ node, state, pid }: Json) => [node, state, pid]),
      nodes.map(({ node, pid }) => [node, 'up', pid])
    )
    assert.ok(items.every(({ peers }: Json) => peers > 0))
  })

  test('a command runs on a node as if it was typed there, with its output and its end', async () => {
    const put = ['testnet', 'exec', 'node-2', '--json', '--', 'record', 'put', 'note', 'a', 'hello']
    const { exit, stdout } = await run(put, init)
    assert.equal(exit, 0, stdout)
    const owner = ['--owner', 'node-2']
    const get = await run(
      ['testnet', 'exec', 'node-3', '--', 'record', 'get', 'note', 'a', ...owner],
      init
    )
    assert.equal(get.stdout, 'hello\n')
    const missing = await run(
      ['testnet', 'exec', 'node-3', '--', 'record', 'get', 'note', 'b', '--json'],
      init
    )
    assert.equal(JSON.parse(missing.stdout).error.code, 'RECORD_NOT_FOUND')
    assert.equal(missing.exit, 5)
  })

  test('a node that was killed is listed as ended, and comes back', async () => {
    const { killed } = await json(['testnet', 'kill', 'node-3'], init)
    assert.equal(killed, true)
    assert.equal(isAlive(nodes[2].pid), false)
    assert.equal((await stateOf('node-3')).state, 'ended')
    assert.equal((await json(['testnet', 'kill', 'node-3'], init)).killed, false)
    const { nodeId, pid } = await json(['testnet', 'start', 'node-3'], init)
    assert.equal(nodeId, nodes[2].nodeId)
    assert.equal((await stateOf('node-3')).pid, pid)
    await refused('HOME_IN_USE', ['testnet', 'start', 'node-3'], init)
  })

  test('a second one lives beside it under another name', async () => {
    await refused('TESTNET_EXISTS', ['testnet', 'up', '2'], init)
    await json(['testnet', 'up', '1', '--name', 'second'], init)
    const { items } = await json(['testnet', 'ls'], init)
    assert.deepEqual(
      new Set(items.map(({ testnet }: Json) => testnet)),
      new Set(['default', 'second'])
    )
    const down = await json(['testnet', 'down', '--name', 'second'], init)
    assert.deepEqual([down.nodes, down.stopped], [1, 1])
    assert.deepEqual(namesOf((await json(['testnet', 'ls'], init)).items), namesOf(nodes))
  })

  test('down leaves nothing, also where a daemon has died and its process id is another process', async () => {
    await json(['testnet', 'kill', 'node-2'], init)
    const directory = dirname(nodes[0].home)
    writeFileSync(join(directory, 'node-2.pid'), String(process.pid))
    const { pid } = await stateOf('node-3')
    const before = await json(['testnet', 'ls'], init)
    const down = await json(['testnet', 'down'], init)
    assert.deepEqual([down.nodes, down.stopped], [3, 2], JSON.stringify(before))
    assert.deepEqual([isAlive(nodes[0].pid), isAlive(pid)], [false, false])
    assert.deepEqual(readdirSync(folder), [])
  })

  test('refuses what it does not have, and what cannot be meant', async () => {
    await refused('NOT_FOUND', ['testnet', 'down'], init)
    await refused('NOT_FOUND', ['testnet', 'exec', 'node-1', '--json', '--', 'status'], init)
    await refused('INVALID_ARGUMENT', ['testnet', 'up', '0'], init)
    await refused('INVALID_ARGUMENT', ['testnet', 'up', '1000'], init)
    await refused('INVALID_ARGUMENT', ['testnet', 'up', 'many'], init)
    await refused('INVALID_ARGUMENT', ['testnet', 'down', '--name', '../..'], init)
    await refused('USAGE', ['testnet', 'exec', 'node-1'], init)
    assert.deepEqual(readdirSync(folder), [])
  })

  test('does not use a folder that others can reach', async () => {
    const open = join(folder, `peerage-testnets-${userInfo().uid}`)
    writeFileSync(open, '')
    await refused('HOME_PERMISSIONS', ['testnet', 'up', '1'], init)
    rmSync(open)
  })

  test('says which temporary folder cannot hold it', async () => {
    const deep = join(folder, 'x'.repeat(90))
    const at = (TMPDIR: string) => ({ variables: { TMPDIR } })
    await refused('HOME_UNWRITABLE', ['testnet', 'up', '1'], at(join(folder, 'missing')))
    mkdirSync(deep)
    await refused('SOCKET_PATH_TOO_LONG', ['testnet', 'up', '1'], at(deep))
    assert.deepEqual(readdirSync(deep), [])
  })

  async function stateOf(name: string): Promise<Json> {
    const { items } = await json(['testnet', 'ls'], init)
    return items.find(({ node }: Json) => node === name)
  }
})

function namesOf(items: readonly Json[]): readonly string[] {
  return items.map(({ node }) => node)
}

/** One that has ended has no words left, even where nobody has taken notice of its end. */
function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`).length > 0
}
