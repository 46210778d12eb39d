import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Daemon, json, refused, run, Sandbox, until } from './support.ts'

const WANTED = ['note', 'greeting', '--owner', 'alice']

describe('copies of a record at separate daemons', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let alice: Daemon
  let bob: Daemon
  let carol: Daemon

  before(async () => {
    ;[hq, alice, bob, carol] = await sandbox.network('alice', 'bob', 'carol')
  })
  after(() => sandbox.end())

  test('[SR-STO-4] [SR-STO-5] a put names its holders, and their receipts are kept', async () => {
    const put = await json(['record', 'put', 'note', 'greeting', 'hello'], { home: alice.home })
    assert.deepEqual([put.copies, put.quorum], [4, 2])
    assert.equal(put.acknowledgedBy.length + put.pending.length, 4)
    assert.ok(put.acknowledgedBy.length >= 2)
    const asked = ['record', 'receipts', 'note', 'greeting']
    const { receipts } = await until(asked, alice, (kept) => kept.receipts.length === 3)
    assert.deepEqual(receipts.map(({ signedBy }: { signedBy: string }) => signedBy).sort(), [
      'bob/bob',
      'carol/carol',
      'office/hq'
    ])
    const elsewhere = await json(['record', 'receipts', ...WANTED], { home: bob.home })
    assert.deepEqual(elsewhere.receipts, [])
    await refused('RECORD_KIND_UNKNOWN', ['record', 'receipts', 'nothing', 'a'], {
      home: alice.home
    })
  })

  test('[SR-STO-4] while a holder is down a put says how many copies there are, and repair restores the rest', async () => {
    await carol.kill()
    const put = await json(['record', 'put', 'note', 'greeting', 'again'], { home: alice.home })
    assert.deepEqual([put.version, put.copies], [2, 4])
    assert.ok(put.acknowledgedBy.length >= 2 && !put.acknowledgedBy.includes(carol.nodeId))
    const asked = ['record', 'holders', ...WANTED]
    const before = await until(asked, bob, ({ have, version }) => have === 3 && version === 2)
    assert.equal(before.copies, 4)
    carol = await sandbox.up('carol')
    await Promise.all([hq, alice, bob, carol].map((daemon) => daemon.waitPeers(3)))
    const repaired = await json(['record', 'repair'], { home: bob.home })
    // Where the node itself was quicker there is nothing left to restore.
    assert.ok(repaired.restored <= 1 && repaired.failed === 0, JSON.stringify(repaired))
    const held = await json(['record', 'ls', '--owner', 'alice'], { home: carol.home })
    assert.deepEqual(
      held.items.map(({ version }: { version: number }) => version),
      [2]
    )
    const { stdout } = await run(['record', 'holders', ...WANTED], { home: carol.home })
    assert.match(stdout, /version 2 is at 4 of 4/)
  })

  test('[SR-STO-4] fewer than the quorum is an error with the answer of every holder', async () => {
    const define = ['kind', 'define', 'note', '--copies', '4', '--quorum', '4']
    await json(define, { home: hq.home })
    await refused(
      'INVALID_ARGUMENT',
      ['kind', 'define', 'note', '--copies', '2', '--quorum', '3'],
      {
        home: hq.home
      }
    )
    await carol.kill()
    const put = ['record', 'put', 'note', 'greeting', 'third']
    const error = await refused('RECORD_UNDER_REPLICATED', put, { home: alice.home })
    assert.equal(error.details.quorum, 4)
    assert.equal(error.details.acknowledgedBy.length, 3)
    assert.equal(error.details.refused[0].nodeId, carol.nodeId)
  })
})
