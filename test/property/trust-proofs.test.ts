import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { equalBytes, utf8 } from '../../src/encoding/bytes.ts'
import {
  leafHash,
  MerkleTree,
  memoryHashStore,
  verifyConsistency,
  verifyInclusion
} from '../../src/trust/merkle.ts'

const SIZE_MAX = 64
const tree = new MerkleTree(memoryHashStore(), 0)
const leaves = Array.from({ length: SIZE_MAX }, (_, i) => leafHash(utf8(`entry ${i}`)))
for (const leaf of leaves) tree.append(leaf)

const leafOf = (index: number) => leaves[index] ?? assert.fail()

/** What somebody who wants to be believed can do to hashes on their way. */
const mutationArbitrary = fc.record({
  kind: fc.constantFrom('flip', 'drop', 'double', 'swap', 'add', 'shorten'),
  at: fc.nat(),
  other: fc.nat(),
  bit: fc.nat(255)
})
type Mutation = typeof mutationArbitrary extends fc.Arbitrary<infer T> ? T : never

function mutate(hashes: readonly Uint8Array[], { kind, at, other, bit }: Mutation): Uint8Array[] {
  const mutated: Uint8Array[] = hashes.map((hash) => hash.slice())
  const i = at % (hashes.length + (kind === 'add' ? 1 : 0))
  const hash = mutated[i]
  if (kind === 'add') mutated.splice(i, 0, leafOf(other % SIZE_MAX))
  if (hash === undefined) return mutated
  if (kind === 'drop') mutated.splice(i, 1)
  if (kind === 'double') mutated.splice(i, 0, hash)
  if (kind === 'shorten') mutated[i] = hash.subarray(1)
  if (kind === 'flip') hash[bit >> 3] = (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  if (kind === 'swap') {
    const j = other % mutated.length
    mutated[i] = mutated[j] ?? hash
    mutated[j] = hash
  }
  return mutated
}

function isSame(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((hash, i) => equalBytes(hash, b[i] ?? new Uint8Array()))
}

const RUNS = { numRuns: 400 }
const size = fc.integer({ min: 1, max: SIZE_MAX })

describe('[SR-CFG-4] a proof that was changed in any way is refused', () => {
  test('of inclusion: its hashes, the leaf, the place, the size and the root', () => {
    fc.assert(
      fc.property(size, fc.nat(), mutationArbitrary, fc.nat(), (of, which, mutation, other) => {
        const index = which % of
        const proof = tree.inclusionProof(index, of)
        const claim = { leaf: leafOf(index), index, size: of, root: tree.root(of), proof }
        assert.ok(verifyInclusion(claim))
        const mutated = mutate(proof, mutation)
        if (!isSame(mutated, proof)) assert.ok(!verifyInclusion({ ...claim, proof: mutated }))
        const place = other % SIZE_MAX
        if (place !== index) {
          assert.ok(!verifyInclusion({ ...claim, index: place }))
          assert.ok(!verifyInclusion({ ...claim, leaf: leafOf(place) }))
        }
        if (place + 1 !== of) assert.ok(!verifyInclusion({ ...claim, root: tree.root(place + 1) }))
        const [root = claim.root] = mutate([claim.root], { ...mutation, kind: 'flip' })
        assert.ok(!verifyInclusion({ ...claim, root }))
      }),
      RUNS
    )
  })

  test('of consistency: its hashes, both sizes and both roots', () => {
    fc.assert(
      fc.property(size, size, mutationArbitrary, fc.nat(), (a, b, mutation, other) => {
        const [from, to] = a <= b ? [a, b] : [b, a]
        const proof = tree.consistencyProof(from, to)
        const claim = { from, to, fromRoot: tree.root(from), toRoot: tree.root(to), proof }
        assert.ok(verifyConsistency(claim))
        const mutated = mutate(proof, mutation)
        if (!isSame(mutated, proof)) assert.ok(!verifyConsistency({ ...claim, proof: mutated }))
        const root = tree.root(1 + (other % SIZE_MAX))
        if (!equalBytes(root, claim.fromRoot)) {
          assert.ok(!verifyConsistency({ ...claim, fromRoot: root }))
        }
        if (!equalBytes(root, claim.toRoot)) {
          assert.ok(!verifyConsistency({ ...claim, toRoot: root }))
        }
      }),
      RUNS
    )
  })
})
