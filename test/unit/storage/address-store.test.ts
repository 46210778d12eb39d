import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { NodeId } from '../../../src/identity/node-id.ts'
import { createAddressStore } from '../../../src/storage/address-store.ts'
import { openDatabase } from '../../../src/storage/database.ts'

const [alice, bob] = ['12D3KooWAlice', '12D3KooWBob'] as NodeId[] as [NodeId, NodeId]

describe('the address store', () => {
  test('keeps the newest record of each node', () => {
    const db = openDatabase(':memory:')
    const store = createAddressStore(db)
    store.save([
      { nodeId: alice, bytes: Uint8Array.of(1) },
      { nodeId: bob, bytes: Uint8Array.of(2) }
    ])
    store.save([{ nodeId: alice, bytes: Uint8Array.of(3) }])
    store.remove(bob)
    assert.deepEqual([...store.load()], [Uint8Array.of(3)])
    db.close()
  })

  test('[SR-RT-5] records outlive the process', (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'peerage-addresses-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const path = join(directory, 'state.db')
    const before = openDatabase(path)
    createAddressStore(before).save([{ nodeId: alice, bytes: Uint8Array.of(1, 2) }])
    before.close()
    const after = openDatabase(path)
    assert.deepEqual([...createAddressStore(after).load()], [Uint8Array.of(1, 2)])
    after.close()
  })

  test('a page of records is stored whole or not at all', () => {
    const db = openDatabase(':memory:')
    const store = createAddressStore(db)
    const broken = { nodeId: bob, bytes: null as unknown as Uint8Array }
    assert.throws(() => store.save([{ nodeId: alice, bytes: Uint8Array.of(1) }, broken]))
    assert.deepEqual([...store.load()], [])
    db.close()
  })
})
