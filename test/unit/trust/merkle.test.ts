import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sha256 } from '../../../src/crypto/digest.ts'
import { concatBytes, toHex, utf8 } from '../../../src/encoding/bytes.ts'
import { LIMITS } from '../../../src/limits.ts'
import {
  EMPTY_ROOT,
  leafHash,
  MerkleTree,
  memoryHashStore,
  verifyConsistency,
  verifyInclusion
} from '../../../src/trust/merkle.ts'

const SIZE_MAX = 300
const leaves = Array.from({ length: SIZE_MAX }, (_, i) => leafHash(utf8(`leaf ${i}`)))

/** The definitions of RFC 9162 §2.1 word by word; only equal subtrees are not hashed twice. */
const naive = {
  memo: new Map<string, Uint8Array>(),
  split(n: number): number {
    let k = 1
    while (k * 2 < n) k *= 2
    return k
  },
  mth(start: number, end: number): Uint8Array {
    const key = `${start}-${end}`
    const known = this.memo.get(key)
    if (known !== undefined) return known
    const k = this.split(end - start)
    const hash =
      end === start
        ? sha256()
        : end - start === 1
          ? (leaves[start] ?? assert.fail())
          : sha256(
              concatBytes([Uint8Array.of(1), this.mth(start, start + k), this.mth(start + k, end)])
            )
    this.memo.set(key, hash)
    return hash
  },
  path(m: number, start: number, end: number): Uint8Array[] {
    const n = end - start
    if (n === 1) return []
    const k = this.split(n)
    return m < k
      ? [...this.path(m, start, start + k), this.mth(start + k, end)]
      : [...this.path(m - k, start + k, end), this.mth(start, start + k)]
  },
  subproof(m: number, start: number, end: number, b: boolean): Uint8Array[] {
    const n = end - start
    if (m === n) return b ? [] : [this.mth(start, end)]
    const k = this.split(n)
    return m <= k
      ? [...this.subproof(m, start, start + k, b), this.mth(start + k, end)]
      : [...this.subproof(m - k, start + k, end, false), this.mth(start, start + k)]
  }
}

function treeOf(size: number, from = leaves): MerkleTree {
  const tree = new MerkleTree(memoryHashStore(), 0)
  for (const leaf of from.slice(0, size)) tree.append(leaf)
  return tree
}

const full = treeOf(SIZE_MAX)
const leafAt = (index: number) => leaves[index] ?? assert.fail()

describe('the Merkle tree against RFC 9162 §2.1, word by word', () => {
  test(`the root is the same for all sizes 0–${SIZE_MAX}, while growing and afterwards`, () => {
    const tree = new MerkleTree(memoryHashStore(), 0)
    assert.deepEqual(tree.root(), EMPTY_ROOT)
    for (let size = 1; size <= SIZE_MAX; size++) {
      tree.append(leafAt(size - 1))
      assert.equal(tree.size, size)
      assert.deepEqual(tree.root(), naive.mth(0, size))
      assert.deepEqual(full.root(size), naive.mth(0, size))
    }
  })

  test(`inclusion proofs are the same and verify for every leaf of all sizes 1–${SIZE_MAX}`, () => {
    for (let size = 1; size <= SIZE_MAX; size++) {
      const root = naive.mth(0, size)
      for (let index = 0; index < size; index++) {
        const proof = full.inclusionProof(index, size)
        assert.deepEqual(proof, naive.path(index, 0, size))
        assert.ok(verifyInclusion({ leaf: leafAt(index), index, size, root, proof }))
      }
    }
  })

  test(`consistency proofs are the same and verify for every pair of sizes 0–${SIZE_MAX}`, () => {
    for (let to = 0; to <= SIZE_MAX; to++) {
      for (let from = 0; from <= to; from++) {
        const proof = full.consistencyProof(from, to)
        if (from > 0) assert.deepEqual(proof, naive.subproof(from, 0, to, true))
        const roots = { fromRoot: naive.mth(0, from), toRoot: naive.mth(0, to) }
        assert.ok(verifyConsistency({ from, to, ...roots, proof }))
      }
    }
  })
})

describe('the test tree of certificate-transparency (RFC 6962)', () => {
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f'
  ]
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'
  ]
  const A = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7'
  const B = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e'
  const C = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4'
  const D = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'
  const E = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0'
  const F = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a'
  const tree = treeOf(
    8,
    inputs.map((hex) => leafHash(Buffer.from(hex, 'hex')))
  )

  test('has the published roots', () => {
    roots.forEach((root, size) => {
      assert.equal(toHex(tree.root(size)), root)
    })
  })

  test('has the published inclusion proofs', () => {
    const proof = (index: number, size: number) => tree.inclusionProof(index, size).map(toHex)
    assert.deepEqual(proof(0, 1), [])
    assert.deepEqual(proof(0, 8), [A, B, C])
    assert.deepEqual(proof(5, 8), [D, E, roots[4]])
    assert.deepEqual(proof(2, 3), [roots[2]])
    assert.deepEqual(proof(1, 5), [roots[1], B, D])
  })

  test('has the published consistency proofs', () => {
    const proof = (from: number, to: number) => tree.consistencyProof(from, to).map(toHex)
    assert.deepEqual(proof(1, 1), [])
    assert.deepEqual(proof(1, 8), [A, B, C])
    assert.deepEqual(proof(6, 8), [F, E, roots[4]])
    assert.deepEqual(proof(2, 5), [B, D])
  })
})

describe('a wrong proof', () => {
  const flip = (bytes: Uint8Array, bit: number) => {
    const copy = Uint8Array.from(bytes)
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    return copy
  }
  /** Every way to be nearly right: a hash changed, lost, added, or in the wrong place. */
  const nearProofs = (proof: readonly Uint8Array[]): Uint8Array[][] => [
    ...proof.map((_, at) => proof.map((hash, i) => (i === at ? flip(hash, 7 * at) : hash))),
    ...proof.map((_, at) => proof.filter((_hash, i) => i !== at)),
    [...proof, sha256()],
    [sha256(), ...proof],
    ...(proof.length > 1 ? [[...proof].reverse()] : []),
    proof.map((hash) => hash.slice(0, 31))
  ]
  const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 100, 255, 256, 257, 300]

  test('of inclusion does not verify', () => {
    for (const size of sizes) {
      for (const index of new Set([0, size >> 1, size - 1])) {
        const proof = full.inclusionProof(index, size)
        const claim = { leaf: leafAt(index), index, size, root: full.root(size), proof }
        assert.ok(verifyInclusion(claim))
        for (const near of nearProofs(proof)) {
          if (near.length === 0 && proof.length === 0) continue
          assert.equal(verifyInclusion({ ...claim, proof: near }), false)
        }
        assert.equal(verifyInclusion({ ...claim, root: flip(claim.root, 3) }), false)
        assert.equal(verifyInclusion({ ...claim, leaf: flip(claim.leaf, 3) }), false)
        assert.equal(verifyInclusion({ ...claim, index: size }), false)
        assert.equal(verifyInclusion({ ...claim, index: -1 }), false)
        assert.equal(verifyInclusion({ ...claim, index: index + 0.5 }), false)
        if (size > 1) {
          assert.equal(verifyInclusion({ ...claim, index: (index + 1) % size }), false)
        }
      }
    }
  })

  test('of consistency does not verify', () => {
    for (const to of sizes) {
      for (const from of new Set([1, (to >> 1) + 1, to - 1])) {
        if (from < 1 || from >= to) continue
        const proof = full.consistencyProof(from, to)
        const claim = { from, to, fromRoot: full.root(from), toRoot: full.root(to), proof }
        assert.ok(verifyConsistency(claim))
        for (const near of nearProofs(proof)) {
          assert.equal(verifyConsistency({ ...claim, proof: near }), false)
        }
        assert.equal(verifyConsistency({ ...claim, fromRoot: flip(claim.fromRoot, 9) }), false)
        assert.equal(verifyConsistency({ ...claim, toRoot: flip(claim.toRoot, 9) }), false)
        assert.equal(verifyConsistency({ ...claim, from: to, to: from }), false)
      }
    }
  })

  test('of consistency between equal or empty trees does not verify', () => {
    const root = full.root(5)
    const equal = { from: 5, to: 5, fromRoot: root, toRoot: root, proof: [] }
    assert.ok(verifyConsistency(equal))
    assert.equal(verifyConsistency({ ...equal, toRoot: full.root(6) }), false)
    assert.equal(verifyConsistency({ ...equal, proof: [root] }), false)
    const empty = { from: 0, to: 5, fromRoot: EMPTY_ROOT, toRoot: root, proof: [] }
    assert.ok(verifyConsistency(empty))
    assert.equal(verifyConsistency({ ...empty, fromRoot: root }), false)
    assert.equal(verifyConsistency({ ...empty, proof: [root] }), false)
  })

  test('with more hashes than any log needs is refused before it is hashed', () => {
    const proof = Array.from({ length: LIMITS.proofHashesMax + 1 }, () => sha256())
    const size = Number.MAX_SAFE_INTEGER
    assert.equal(verifyInclusion({ leaf: leafAt(0), index: 0, size, root: sha256(), proof }), false)
  })

  test('of the largest sizes ends', () => {
    const proof = Array.from({ length: LIMITS.proofHashesMax }, () => sha256())
    const to = Number.MAX_SAFE_INTEGER
    const claim = { from: to - 1, to, fromRoot: sha256(), toRoot: sha256(), proof }
    assert.equal(verifyConsistency(claim), false)
  })
})

describe('a tree', () => {
  test('over the same hashes with a smaller size is the earlier tree and can grow differently', () => {
    const hashes = memoryHashStore()
    const first = new MerkleTree(hashes, 0)
    for (const leaf of leaves.slice(0, 5)) first.append(leaf)
    for (const leaf of leaves.slice(200, 210)) first.append(leaf)
    const second = new MerkleTree(hashes, 5)
    assert.deepEqual(second.root(), naive.mth(0, 5))
    for (const leaf of leaves.slice(5, 12)) second.append(leaf)
    assert.deepEqual(second.root(), naive.mth(0, 12))
  })

  test('refuses sizes and indexes it does not have', () => {
    const tree = treeOf(5)
    for (const wrong of [-1, 6, 0.5, Number.NaN]) {
      assert.throws(() => tree.root(wrong), RangeError)
      assert.throws(() => tree.inclusionProof(0, wrong), RangeError)
      assert.throws(() => tree.inclusionProof(wrong, 5), RangeError)
      assert.throws(() => tree.consistencyProof(0, wrong), RangeError)
    }
    assert.throws(() => tree.leaf(5), RangeError)
    assert.deepEqual(tree.leaf(4), leafAt(4))
    assert.throws(() => tree.append(new Uint8Array(31)), RangeError)
  })
})
