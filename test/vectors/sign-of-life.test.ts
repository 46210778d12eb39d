import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { signOfLifeVectors } from '../../scripts/vectors/sign-of-life.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { parseNetworkId } from '../../src/identity/network-id.ts'
import { openSignOfLife, type TwinProof, verifyTwins } from '../../src/identity/sign-of-life.ts'

const file = join(import.meta.dirname, 'sign-of-life.json')
const vectors = JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof signOfLifeVectors>
const network = parseNetworkId(vectors.context.network)
assert.ok(network.ok)

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

describe('the vectors of signs of life', () => {
  test('are what the code makes: run scripts/vectors/sign-of-life.ts after a change of format', () => {
    assert.deepEqual(vectors, signOfLifeVectors())
  })

  for (const { name, bytes, instance, challenge } of vectors.valid) {
    test(`[SR-INT-1] valid: ${name}`, () => {
      const opened = openSignOfLife(fromHex(bytes), network.value)
      assert.ok(opened.ok)
      assert.equal(opened.value.nodeId, vectors.context.nodeId)
      assert.equal(toHex(opened.value.instance), instance)
      assert.equal(toHex(opened.value.challenge), challenge)
    })
  }

  for (const { name, bytes, code } of vectors.invalid) {
    test(`[SR-INT-2] invalid: ${name} is ${code}`, () => {
      const opened = openSignOfLife(fromHex(bytes), network.value)
      assert.equal(opened.ok ? 'accepted' : opened.fault, code)
    })
  }

  for (const { name, statements, code } of vectors.proofs) {
    test(`[SR-FRD-1] a proof of ${name} is ${code === 'accepted' ? code : `refused: ${code}`}`, () => {
      const [first = '', second = '', again = ''] = statements
      const proof: TwinProof = [fromHex(first), fromHex(second), fromHex(again)]
      const verdict = verifyTwins(proof, network.value)
      assert.equal(verdict.ok ? 'accepted' : verdict.fault, code)
    })
  }
})
