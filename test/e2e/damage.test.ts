import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileTime, setFileTime } from '../support/file-time.ts'
import { type Daemon, json, Sandbox } from './support.ts'

/** As a disk does it: no time of the file changes. */
function flipBit(path: string, text: string): void {
  const time = fileTime(path)
  const bytes = readFileSync(path)
  const at = bytes.indexOf(text)
  assert.ok(at > 0)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(path, bytes)
  setFileTime(path, time)
}

describe('[SR-INT-2] a node whose database was damaged', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  const value = 'what bob keeps for everybody'
  let hq: Daemon

  before(async () => {
    await sandbox.create('hq')
    hq = await sandbox.up('hq')
    await sandbox.join(hq, 'bob')
    const bob = await sandbox.up('bob')
    await bob.waitPeers(1)
    await json(['record', 'put', 'note', 'rule', value], { home: bob.home })
    await bob.stop()
  })
  after(() => sandbox.end())

  test('starts, says what was lost, keeps the damaged file, and reads from its peers', async () => {
    const home = sandbox.path('bob')
    flipBit(`${home}/state.db`, value)
    const bob = await sandbox.up('bob')
    const { attention } = await bob.call('node.status')
    const said = attention.find(({ code }: { code: string }) => code === 'STORAGE_SALVAGED')
    assert.match(said?.message, /state\.db\.damaged/)
    const kept = readdirSync(home).filter((name) => name.startsWith('state.db.damaged'))
    assert.equal(kept.length, 1)
    await bob.waitPeers(1)
    const read = await bob.call('record.get', { kind: 'note', name: 'rule' })
    assert.equal(Buffer.from(read.value, 'base64url').toString(), value)
    await json(['audit', 'verify'], { home })
    await bob.stop()
  })

  test('starts the next time as always', async () => {
    const bob = await sandbox.up('bob')
    await bob.waitPeers(1)
    const kept = readdirSync(bob.home).filter((name) => name.startsWith('state.db.damaged'))
    assert.equal(kept.length, 1)
    await bob.stop()
  })
})
