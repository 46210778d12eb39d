import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { evidenceVectors } from '../../scripts/vectors/evidence.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { parseNetworkId } from '../../src/identity/network-id.ts'
import { openReport } from '../../src/protocols/evidence/index.ts'

const file = join(import.meta.dirname, 'evidence.json')
const vectors = JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof evidenceVectors>
const network = parseNetworkId(vectors.context.network)
assert.ok(network.ok)

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

describe('the vectors of evidence', () => {
  test('are what the code makes: run scripts/vectors/evidence.ts after a change of format', () => {
    assert.deepEqual(vectors, evidenceVectors())
  })

  for (const { name, code, bytes, parts, id } of vectors.valid) {
    test(`[SR-REP-2] valid: ${name}`, () => {
      const opened = openReport(fromHex(bytes), network.value)
      assert.ok(opened.ok)
      const { nodeId } = vectors.context
      const { code: found, id: foundId, nodeId: accused } = opened.value
      assert.deepEqual([found, foundId, accused], [code, id, nodeId])
      assert.deepEqual(opened.value.parts.map(toHex), parts)
    })
  }

  for (const { name, bytes, code } of vectors.invalid) {
    test(`[SR-INT-2] invalid: ${name} is ${code}`, () => {
      const opened = openReport(fromHex(bytes), network.value)
      assert.equal(opened.ok ? 'accepted' : opened.fault, code)
    })
  }
})
