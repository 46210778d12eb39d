import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { equivocationVectors } from '../../scripts/vectors/equivocation.ts'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { parseNetworkId } from '../../src/identity/network-id.ts'
import { openEvidence, verifyEquivocationProof } from '../../src/trust/equivocation.ts'
import { accepted } from '../support/trust-network.ts'

type Vectors = ReturnType<typeof equivocationVectors>
const path = join(import.meta.dirname, 'equivocation.json')
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Vectors

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))

test('the file of equivocation vectors is the one that its script writes', () => {
  assert.deepEqual(vectors, equivocationVectors())
})

describe('[SR-CFG-4] the equivocation vectors', () => {
  const network = accepted(parseNetworkId(vectors.network))
  const { publicKey } = PrivateKey.fromSeed(bytesOf(vectors.authoritySeed))

  for (const { title, about, at, evidence } of vectors.valid) {
    test(`${title} prove it`, () => {
      const opened = accepted(openEvidence(bytesOf(evidence), network))
      assert.deepEqual([opened.about, opened.at], [about, at])
      assert.ok(opened.signer.equals(publicKey))
    })
  }

  for (const { title, fault, evidence } of vectors.invalid) {
    test(`${title}: ${fault}`, () => {
      const opened = openEvidence(bytesOf(evidence), network)
      assert.equal(opened.ok ? 'proved' : opened.fault, fault)
    })
  }

  test('have a proof for somebody who knows nothing but the id', () => {
    assert.equal(accepted(verifyEquivocationProof(vectors.proof, network)).networkName, 'test')
  })
})
