import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { recordVectors } from '../../scripts/vectors/record.ts'
import { decodeCbor } from '../../src/encoding/cbor.ts'
import { parseNetworkId } from '../../src/identity/network-id.ts'
import { RECORD } from '../../src/protocols/record/index.ts'
import { closestNodes } from '../../src/records/location.ts'
import { openRecord } from '../../src/records/record.ts'

const file = join(import.meta.dirname, 'record.json')
const vectors = JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof recordVectors>
const network = parseNetworkId(vectors.network)
assert.ok(network.ok)

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

describe('the vectors of records', () => {
  test('are what the code makes: run scripts/vectors/record.ts after a change of format', () => {
    assert.deepEqual(vectors, JSON.parse(JSON.stringify(recordVectors())))
  })

  for (const { name, bytes, record, ...derived } of vectors.valid) {
    test(`[SR-INT-1] valid: ${name}`, () => {
      const opened = openRecord(fromHex(bytes), network.value)
      assert.ok(opened.ok)
      const { value, location, digest, signer, expiresAt } = opened.value
      assert.equal(opened.value.version, record.version)
      assert.equal(opened.value.name, record.name)
      assert.equal(Buffer.from(value).toString('hex'), record.value)
      const found = { digest, location: Buffer.from(location).toString('hex'), signer, expiresAt }
      assert.deepEqual(found, derived)
    })
  }

  for (const { name, bytes, code } of vectors.invalid) {
    test(`[SR-INT-2] invalid: ${name} is ${code}`, () => {
      const opened = openRecord(fromHex(bytes), network.value)
      assert.equal(opened.ok ? 'accepted' : opened.fault, code)
      assert.notEqual(code, 'accepted')
    })
  }

  test('the holders are the nodes closest to the location', () => {
    const { location, nodes, closest } = vectors.holders
    assert.deepEqual(closestNodes(fromHex(location), nodes, closest.length), closest)
  })

  test('the messages are those of the protocol', () => {
    for (const { name, bytes } of vectors.messages.bodies) {
      const schema = name.includes('request') ? RECORD.request : RECORD.response
      assert.ok(decodeCbor<unknown>(fromHex(bytes), schema, RECORD.responseBytesMax).ok, name)
    }
  })
})
