import { sha256 } from '../crypto/digest.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { LIMITS } from '../limits.ts'

const HASH_BYTES = 32
const LEAF_PREFIX = Uint8Array.of(0)
const NODE_PREFIX = Uint8Array.of(1)

/** The hash of one entry as a leaf (RFC 9162 §2.1.1). */
export function leafHash(bytes: Uint8Array): Uint8Array {
  return sha256(LEAF_PREFIX, bytes)
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE_PREFIX, left, right)
}

/** The root of a tree without leaves (RFC 9162 §2.1.1). */
export const EMPTY_ROOT: Uint8Array = sha256()

/**
 * Hashes of complete subtrees: the one at `level` and `index` covers the 2^level leaves from
 * index · 2^level on. Level 0 holds the leaf hashes.
 */
export interface HashStore {
  get(level: number, index: number): Uint8Array | undefined
  /** Replaces a hash from an append that was given up. */
  put(level: number, index: number, hash: Uint8Array): void
}

/** Hashes in memory, packed: 64 bytes for each leaf. */
export function memoryHashStore(): HashStore {
  const levels: Uint8Array[] = []
  return {
    get(level, index) {
      const end = (index + 1) * HASH_BYTES
      return levels[level]?.slice(end - HASH_BYTES, end)
    },
    put(level, index, hash) {
      const start = index * HASH_BYTES
      let packed = levels[level] ?? new Uint8Array(8 * HASH_BYTES)
      if (start >= packed.length) {
        const larger = new Uint8Array(packed.length * 2)
        larger.set(packed)
        packed = larger
      }
      packed.set(hash, start)
      levels[level] = packed
    }
  }
}

/**
 * The Merkle tree of RFC 9162 §2.1 over a {@link HashStore}. Every operation takes a number of
 * hashes that is logarithmic in the size. A tree made with a smaller `size` over the same store
 * is the earlier tree: that is how an append is given up.
 */
export class MerkleTree {
  readonly #store: HashStore
  #size: number

  constructor(store: HashStore, size: number) {
    this.#store = store
    this.#size = size
  }

  get size(): number {
    return this.#size
  }

  /** Adds one leaf, given as its {@link leafHash}. */
  append(leaf: Uint8Array): void {
    if (leaf.length !== HASH_BYTES) throw new RangeError('a leaf hash has 32 bytes')
    let index = this.#size
    let hash = leaf
    this.#store.put(0, index, hash)
    for (let level = 0; index % 2 === 1; level++) {
      hash = nodeHash(this.#hash(level, index - 1), hash)
      index = (index - 1) / 2
      this.#store.put(level + 1, index, hash)
    }
    this.#size++
  }

  /** The leaf hash at `index`. */
  leaf(index: number): Uint8Array {
    this.#require(index, 0, this.#size - 1)
    return this.#hash(0, index)
  }

  /** The root over the first `size` leaves, by default over all. */
  root(size = this.#size): Uint8Array {
    this.#require(size, 0, this.#size)
    return size === 0 ? EMPTY_ROOT : this.#rangeRoot(0, size)
  }

  /** The proof that the leaf at `index` is in the tree of `size` leaves (RFC 9162 §2.1.3.1). */
  inclusionProof(index: number, size: number): Uint8Array[] {
    this.#require(size, 1, this.#size)
    this.#require(index, 0, size - 1)
    const proof: Uint8Array[] = []
    let start = 0
    let end = size
    while (end - start > 1) {
      const middle = start + splitPoint(end - start)
      if (index < middle) {
        proof.unshift(this.#rangeRoot(middle, end))
        end = middle
      } else {
        proof.unshift(this.#rangeRoot(start, middle))
        start = middle
      }
    }
    return proof
  }

  /** The proof that the tree of `from` leaves is a prefix of that of `to` (RFC 9162 §2.1.4.1). */
  consistencyProof(from: number, to: number): Uint8Array[] {
    this.#require(to, 0, this.#size)
    this.#require(from, 0, to)
    const proof: Uint8Array[] = []
    if (from === 0 || from === to) return proof
    let start = 0
    let end = to
    while (end !== from) {
      const middle = start + splitPoint(end - start)
      if (from <= middle) {
        proof.unshift(this.#rangeRoot(middle, end))
        end = middle
      } else {
        proof.unshift(this.#rangeRoot(start, middle))
        start = middle
      }
    }
    // The verifier knows the root of the old tree; any other subtree it must be told.
    if (start > 0) proof.unshift(this.#rangeRoot(start, end))
    return proof
  }

  /** The root over leaves `start`…`end` where `start` is a multiple of a power of two ≥ the count. */
  #rangeRoot(start: number, end: number): Uint8Array {
    const count = end - start
    let root: Uint8Array | undefined
    for (let level = 0, span = 1; span <= count; level++, span *= 2) {
      if (Math.floor(count / span) % 2 === 0) continue
      const hash = this.#hash(level, Math.floor(end / span) - 1)
      root = root === undefined ? hash : nodeHash(hash, root)
    }
    if (root === undefined) throw new RangeError('an empty range')
    return root
  }

  #hash(level: number, index: number): Uint8Array {
    const hash = this.#store.get(level, index)
    if (hash === undefined) throw new Error(`no hash at level ${level}, index ${index}`)
    return hash
  }

  #require(value: number, min: number, max: number): void {
    if (!Number.isSafeInteger(value) || value < min || value > max) {
      throw new RangeError(`${value} is not between ${min} and ${max}`)
    }
  }
}

/** The largest power of two below `count` (RFC 9162 §2.1.1: k). */
function splitPoint(count: number): number {
  let split = 1
  while (split * 2 < count) split *= 2
  return split
}

/** Checks an inclusion proof (RFC 9162 §2.1.3.2). False for every malformed input, too. */
export function verifyInclusion(claim: {
  readonly leaf: Uint8Array
  readonly index: number
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}): boolean {
  const { leaf, index, size, root, proof } = claim
  if (!isCount(index) || !isCount(size) || index >= size || !isProof(proof)) return false
  const path = new Path(index, size - 1)
  let hash = leaf
  for (const sibling of proof) {
    if (path.isAtRoot) return false
    hash = path.isRightChild ? nodeHash(sibling, hash) : nodeHash(hash, sibling)
    path.climb()
  }
  return path.isAtRoot && equalBytes(hash, root)
}

/**
 * Checks that the tree with `fromRoot` is a prefix of the tree with `toRoot` (RFC 9162 §2.1.4.2).
 * The empty tree is a prefix of every tree, and equal trees need no proof. False for every
 * malformed input, too.
 */
export function verifyConsistency(claim: {
  readonly from: number
  readonly to: number
  readonly fromRoot: Uint8Array
  readonly toRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}): boolean {
  const { from, to, fromRoot, toRoot, proof } = claim
  if (!isCount(from) || !isCount(to) || from > to || !isProof(proof)) return false
  if (from === to) return proof.length === 0 && equalBytes(fromRoot, toRoot)
  if (from === 0) return proof.length === 0 && equalBytes(fromRoot, EMPTY_ROOT)
  // Where the old tree is one complete subtree, its root is where the proof starts.
  const prefix = rootOfPrefix({
    from,
    to,
    toRoot,
    proof: isWhole(from) ? [fromRoot, ...proof] : proof
  })
  return prefix !== undefined && equalBytes(prefix, fromRoot)
}

/**
 * The root that the tree of size `to` under `toRoot` had at size `from`: what it is, not what
 * somebody says. `proof` is a consistency proof that never leaves out its first hash.
 */
export function rootOfPrefix(claim: {
  readonly from: number
  readonly to: number
  readonly toRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}): Uint8Array | undefined {
  const { from, to, toRoot, proof } = claim
  if (!isCount(from) || !isCount(to) || from < 1 || from >= to) return undefined
  const [start, ...siblings] = proof
  if (start === undefined || proof.some((hash) => hash.length !== HASH_BYTES)) return undefined
  const path = new Path(from - 1, to - 1)
  path.skipRightEdge()
  let fromHash = start
  let toHash = start
  for (const sibling of siblings) {
    if (path.isAtRoot) return undefined
    if (path.isRightChild) {
      fromHash = nodeHash(sibling, fromHash)
      toHash = nodeHash(sibling, toHash)
    } else {
      toHash = nodeHash(toHash, sibling)
    }
    path.climb()
  }
  return path.isAtRoot && equalBytes(toHash, toRoot) ? fromHash : undefined
}

/** What {@link rootOfPrefix} takes, from the proof of RFC 9162 and the root at `from`. */
export function prefixProof(
  from: number,
  fromRoot: Uint8Array,
  consistency: readonly Uint8Array[]
): readonly Uint8Array[] {
  return isWhole(from) ? [fromRoot, ...consistency] : consistency
}

/** Whether a tree of this size is one complete subtree: a power of two. */
function isWhole(size: number): boolean {
  let rest = size
  while (rest % 2 === 0 && rest > 0) rest /= 2
  return rest === 1
}

/** The way from a node up to the root: `fn` and `sn` of RFC 9162, without 32-bit operators. */
class Path {
  index: number
  #last: number

  constructor(index: number, last: number) {
    this.index = index
    this.#last = last
  }

  get isAtRoot(): boolean {
    return this.#last === 0
  }

  /** Whether the next sibling stands to the left; a lone last node climbs until one does. */
  get isRightChild(): boolean {
    return this.index % 2 === 1 || this.index === this.#last
  }

  climb(): void {
    if (this.index === this.#last) while (this.index % 2 === 0 && this.index > 0) this.#halve()
    this.#halve()
  }

  skipRightEdge(): void {
    while (this.index % 2 === 1) this.#halve()
  }

  #halve(): void {
    this.index = Math.floor(this.index / 2)
    this.#last = Math.floor(this.#last / 2)
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function isProof(proof: readonly Uint8Array[]): boolean {
  return proof.length <= LIMITS.proofHashesMax && proof.every((hash) => hash.length === HASH_BYTES)
}
