import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { addressRecordVectors } from '../../scripts/vectors/address-record.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { decodeCbor } from '../../src/encoding/cbor.ts'
import { parseNetworkId } from '../../src/identity/network-id.ts'
import { openAddressRecord } from '../../src/overlay/address-record.ts'
import { ADDRESSES } from '../../src/protocols/addresses/index.ts'

const file = join(import.meta.dirname, 'address-record.json')
const vectors = JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof addressRecordVectors>
const network = parseNetworkId(vectors.context.network)
assert.ok(network.ok)

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

describe('the vectors of address records', () => {
  test('are what the code makes: run scripts/vectors/address-record.ts after a change of format', () => {
    assert.deepEqual(vectors, addressRecordVectors())
  })

  for (const { name, bytes, record } of vectors.valid) {
    test(`[SR-INT-1] valid: ${name}`, () => {
      const opened = openAddressRecord(fromHex(bytes), network.value)
      assert.ok(opened.ok)
      const { nodeId, addresses, sequence } = opened.value
      assert.equal(nodeId, vectors.context.nodeId)
      assert.deepEqual(
        { addresses, sequence },
        {
          addresses: record.addresses,
          sequence: record.sequence
        }
      )
      assert.equal(toHex(opened.value.bytes), bytes)
    })
  }

  for (const { name, bytes, code } of vectors.invalid) {
    test(`[SR-INT-2] invalid: ${name} is ${code}`, () => {
      const opened = openAddressRecord(fromHex(bytes), network.value)
      assert.equal(opened.ok ? 'accepted' : opened.fault, code)
    })
  }

  test('the messages are those of the protocol', () => {
    for (const { name, bytes } of vectors.messages.bodies) {
      const schema = name === 'request' ? ADDRESSES.request : ADDRESSES.response
      assert.ok(decodeCbor<unknown>(fromHex(bytes), schema, ADDRESSES.responseBytesMax).ok, name)
    }
  })
})
