import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { systemRandom } from '../../src/crypto/random.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { openValue, type SealedPlace, sealValue } from '../../src/records/sealed-value.ts'
import { NETWORK, OTHER_NETWORK, sampleKey } from '../support/sample-record.ts'

const PLACE: SealedPlace = {
  network: NETWORK,
  kind: 'note',
  owner: 'alice',
  name: '00112233445566778899aabbccddeeff',
  version: 3
}
const READERS = ['group:staff', 'member:bob']
const keys = [sampleKey(1), sampleKey(2), sampleKey(3)]
const nodes = keys.map(({ publicKey }) => nodeIdOf(publicKey))
const [reader = sampleKey(1)] = keys

async function seal(value: Uint8Array, to = nodes): Promise<Uint8Array> {
  const init = { readers: READERS, nodes: to, random: systemRandom }
  const sealed = await sealValue({ name: 'plan', value }, PLACE, init)
  assert.ok(sealed.ok)
  return sealed.value
}

describe('sealed values', () => {
  test('[SR-CONF-2] every reader opens every value, and nobody else does', async () => {
    const value = fc.uint8Array({ maxLength: 512 })
    await fc.assert(
      fc.asyncProperty(value, async (content) => {
        const sealed = await seal(content)
        for (const key of keys) {
          const opened = await openValue(sealed, PLACE, key)
          assert.deepEqual(opened.ok && opened.value.value, content)
          assert.equal(opened.ok && opened.value.name, 'plan')
        }
        const other = await openValue(sealed, PLACE, sampleKey(9))
        assert.equal(other.ok ? '' : other.fault, 'RECORD_SEALED')
        assert.equal(other.ok ? '' : other.detail?.['readers'], READERS.join(' '))
      }),
      { numRuns: 5 }
    )
  })

  test('[SR-CONF-2] stays closed whichever bit is flipped, wherever it is cut', async () => {
    const sealed = await seal(new Uint8Array(8), nodes.slice(0, 2))
    const isOpen = async (bytes: Uint8Array) => (await openValue(bytes, PLACE, reader)).ok
    assert.ok(await isOpen(sealed))
    for (let i = 0; i < sealed.length; i++) {
      const flipped = Uint8Array.from(sealed)
      flipped[i] = (sealed[i] ?? 0) ^ (1 << (i % 8))
      assert.equal(await isOpen(flipped), false, `byte ${i}`)
    }
    for (const end of [0, 1, sealed.length - 1]) {
      assert.equal(await isOpen(sealed.subarray(0, end)), false)
    }
  })

  test('[SR-CONF-2] opens at no other place: network, kind, owner, name or version', async () => {
    const sealed = await seal(new Uint8Array(40))
    const others: readonly Partial<SealedPlace>[] = [
      { network: OTHER_NETWORK },
      { kind: 'profile' },
      { owner: 'bob' },
      { name: 'f'.repeat(32) },
      { version: 4 }
    ]
    for (const other of others) {
      const opened = await openValue(sealed, { ...PLACE, ...other }, reader)
      assert.equal(opened.ok ? '' : opened.fault, 'RECORD_SEAL_BROKEN')
    }
  })

  test('a key of one value opens no other one', async () => {
    const [a, b] = [await seal(new Uint8Array(40)), await seal(new Uint8Array(40))]
    const body = b.length - 64
    const mixed = Uint8Array.of(...a.subarray(0, body), ...b.subarray(body))
    assert.equal((await openValue(mixed, PLACE, reader)).ok, false)
  })

  test('more readers than fit are refused before any is sealed to', async () => {
    const many = Array.from({ length: LIMITS.sealedReadersMax + 1 }, () => nodes[0] ?? '')
    const init = { readers: READERS, nodes: many as typeof nodes, random: systemRandom }
    const sealed = await sealValue({ name: 'plan', value: new Uint8Array(1) }, PLACE, init)
    assert.equal(sealed.ok ? '' : sealed.fault, 'RECORD_READERS_TOO_MANY')
  })
})
