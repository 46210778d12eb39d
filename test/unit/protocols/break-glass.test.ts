import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { createBreakGlassBook } from '../../../src/protocols/break-glass/index.ts'
import type { StoredBreakGlass } from '../../../src/storage/break-glass-store.ts'
import { sealBreakGlass } from '../../../src/trust/break-glass.ts'
import type { TrustLog } from '../../../src/trust/trust-log.ts'
import { accepted, createTestNetwork } from '../../support/trust-network.ts'

async function createScene() {
  const network = createTestNetwork('break-glass')
  const { authority, random, log, clock } = network
  const key = PrivateKey.generate(random)
  const { publicKey } = key
  const enrollment = { member: 'alice', groups: [], node: 'laptop', publicKey }
  await authority.enroll({ ...enrollment, method: 'invite', assurance: 1, invite: '' })
  const rows = new Map<string, StoredBreakGlass>()
  const store = {
    load: () => [...rows.values()],
    save: (nodeId: string, row: StoredBreakGlass) => void rows.set(nodeId, row)
  }
  const bookOf = (of: TrustLog = log) => createBreakGlassBook({ log: of, store, clock })
  return { ...network, key, nodeId: nodeIdOf(publicKey), rows, bookOf }
}

describe('[SR-ID-4] the book of nodes that have revoked themselves', () => {
  test('puts the node out at once, and leaves the fold of the log as it was', async () => {
    const { log, network, key, nodeId, bookOf } = await createScene()
    const book = bookOf()
    const node = log.state.node(nodeId) ?? assert.fail()
    const before = log.state.liveNodes()
    assert.ok(before.includes(node))
    assert.ok(accepted(book.learn(sealBreakGlass(network, key))).taken)
    assert.equal(log.state.exclusionOf(node)?.code, 'CERTIFICATE_REVOKED')
    const live = log.state.liveNodes()
    assert.ok(!live.includes(node))
    assert.equal(log.state.liveNodes(), live, 'the same array until that changes')
    assert.ok(!log.state.isRevoked(node), 'no entry says so')
    assert.ok(!accepted(book.learn(sealBreakGlass(network, key))).taken)
  })

  test('survives a restart, and is settled by the entry', async () => {
    const { log, network, key, nodeId, bookOf, authority, newcomer } = await createScene()
    bookOf().learn(sealBreakGlass(network, key))
    const again = newcomer()
    const update = { checkpoint: log.head().bytes, entries: log.entries(1, log.size) }
    accepted(again.advance(update))
    const book = bookOf(again)
    assert.equal(book.open().length, 1)
    assert.ok(again.state.isExcluded({ nodeId, member: 'alice' }))
    const { index } = await authority.revoke({ by: 'node', value: nodeId, reason: '' })
    accepted(again.advance({ checkpoint: log.head().bytes, entries: log.entries(index, log.size) }))
    assert.deepEqual(book.open(), [])
    assert.ok(!accepted(book.learn(sealBreakGlass(network, key))).taken)
  })

  test('takes nothing of a stranger, of another network or with a broken signature', async () => {
    const { network, key, random, rows, bookOf } = await createScene()
    const book = bookOf()
    const faultOf = (bytes: Uint8Array) => {
      const learned = book.learn(bytes)
      return learned.ok ? 'taken' : learned.fault
    }
    assert.equal(faultOf(sealBreakGlass(network, PrivateKey.generate(random))), 'NODE_UNKNOWN')
    const other = createTestNetwork('other').network
    assert.equal(faultOf(sealBreakGlass(other, key)), 'WRONG_NETWORK')
    const broken = sealBreakGlass(network, key)
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
    assert.equal(faultOf(broken), 'SIGNATURE_INVALID')
    assert.equal(rows.size, 0)
  })
})
