import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createTrustVectors } from '../../scripts/vectors/trust.ts'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { parseCheckpoint } from '../../src/trust/checkpoint.ts'
import { parseEntry, sealEntry, type TrustEntry } from '../../src/trust/entry.ts'
import {
  leafHash,
  MerkleTree,
  memoryHashStore,
  verifyConsistency,
  verifyInclusion
} from '../../src/trust/merkle.ts'
import { TrustState } from '../../src/trust/state.ts'
import { TrustLog } from '../../src/trust/trust-log.ts'
import { FakeTime } from '../support/fake-time.ts'
import { accepted, memoryTrustStore } from '../support/trust-network.ts'

const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, 'trust.json'), 'utf8')
) as ReturnType<typeof createTrustVectors>

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))

test('the file of trust vectors is the one that its script writes', () => {
  assert.deepEqual(vectors, createTrustVectors())
})

describe('the Merkle vectors', () => {
  const { inputs, leafHashes, roots, ...proofs } = vectors.merkle
  const root = (size: number) => bytesOf(roots[size] ?? '')
  const leaf = (index: number) => bytesOf(leafHashes[index] ?? '')
  const hashes = (proof: readonly string[]) => proof.map(bytesOf)

  test('have the roots of their leaves', () => {
    const tree = new MerkleTree(memoryHashStore(), 0)
    for (const input of inputs) tree.append(leafHash(bytesOf(input)))
    roots.forEach((expected, size) => {
      assert.equal(toHex(tree.root(size)), expected)
    })
  })

  test('have proofs that verify and proofs that do not', () => {
    const included = (v: (typeof proofs.inclusion)[number]) =>
      verifyInclusion({ ...v, leaf: leaf(v.index), root: root(v.size), proof: hashes(v.proof) })
    const consistent = ({ from, to, proof }: (typeof proofs.consistency)[number]) =>
      verifyConsistency({
        from,
        to,
        fromRoot: root(from),
        toRoot: root(to),
        proof: hashes(proof)
      })
    for (const vector of proofs.inclusion) assert.ok(included(vector))
    for (const vector of proofs.consistency) assert.ok(consistent(vector))
    for (const { why, ...vector } of proofs.wrongInclusion) {
      assert.ok(!included(vector as (typeof proofs.inclusion)[number]), why)
    }
    for (const { why, ...vector } of proofs.wrongConsistency) {
      assert.ok(!consistent(vector as (typeof proofs.consistency)[number]), why)
    }
  })
})

describe('the log vectors', () => {
  const key = PrivateKey.fromSeed(bytesOf(vectors.authoritySeed))

  function fold(): TrustState {
    const state = new TrustState()
    for (const { bytes } of vectors.entries) {
      accepted(state.apply(accepted(parseEntry(bytesOf(bytes)))))
    }
    return state
  }

  test('have entries with these fields, hashes and bytes', () => {
    for (const { bytes, hash, entry } of vectors.entries) {
      const parsed = accepted(parseEntry(bytesOf(bytes)))
      assert.equal(toHex(parsed.hash), hash)
      assert.deepEqual(
        JSON.parse(
          JSON.stringify(parsed.entry, (_key, value: unknown) =>
            value instanceof Uint8Array ? toHex(value) : value
          )
        ),
        entry
      )
      assert.equal(toHex(sealEntry(parsed.entry as TrustEntry, key)), bytes)
    }
    assert.equal(networkIdOf(bytesOf(vectors.entries[0]?.hash ?? '')), vectors.network)
  })

  test('have entries that are refused with their fault', () => {
    for (const { why, fault, bytes } of vectors.invalidEntries) {
      const parsed = parseEntry(bytesOf(bytes))
      assert.equal(parsed.ok ? 'accepted' : parsed.fault, fault, why)
    }
  })

  test('[SR-CFG-1] have next entries that the rules refuse', () => {
    for (const { why, fault, rule, bytes } of vectors.refusedEntries) {
      const applied = fold().apply(accepted(parseEntry(bytesOf(bytes))))
      assert.equal(applied.ok ? 'accepted' : applied.fault, fault, why)
      if (!applied.ok) assert.equal(applied.detail?.['rule'] ?? '', rule, why)
    }
  })

  test('have checkpoints that the log accepts, and others that it refuses', () => {
    const time = Math.max(...vectors.checkpoints.map((checkpoint) => checkpoint.time))
    const clock = new FakeTime(time)
    const [entry = new Uint8Array(), ...entries] = vectors.entries.map(({ bytes }) =>
      bytesOf(bytes)
    )
    const checkpoints = vectors.checkpoints.map(({ bytes }) => bytesOf(bytes))
    const [checkpoint = new Uint8Array(), ...later] = checkpoints
    const { network } = vectors
    const genesis = { entry, checkpoint }
    const log = accepted(TrustLog.create(memoryTrustStore(), { clock, network, genesis }))
    for (const next of later) {
      const { size } = accepted(parseCheckpoint(next)).checkpoint
      accepted(log.advance({ checkpoint: next, entries: entries.slice(0, size - 1) }))
      assert.equal(log.size, size)
    }
    for (const { why, fault, bytes } of vectors.invalidCheckpoints) {
      const judged = log.judgeCheckpoint(bytesOf(bytes))
      assert.equal(judged.ok ? 'accepted' : judged.fault, fault, why)
    }
  })
})
