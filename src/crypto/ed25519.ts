import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as nodeSign,
  verify as nodeVerify
} from 'node:crypto'
import { concatBytes, equalBytes, toBase64url } from '../encoding/bytes.ts'
import { RecentMap } from '../encoding/recent-map.ts'
import { LIMITS } from '../limits.ts'
import type { Random } from './random.ts'

export const PUBLIC_KEY_BYTES = 32
export const SEED_BYTES = 32
export const SIGNATURE_BYTES = 64

/** DER of SubjectPublicKeyInfo up to the 32 key bytes (RFC 8410 §4). */
const SPKI_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0)

/** The newest parsed keys by their bytes: a node sees the keys of few others, again and again. */
const parsedKeys = new RecentMap<string, KeyObject>(LIMITS.parsedKeysMax)

function parsedKey(x: string): KeyObject {
  return parsedKeys.getOrMake(x, () =>
    createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  )
}

/** An Ed25519 public key (RFC 8032). The parsed key is kept: parsing costs as much as verifying. */
export class PublicKey {
  readonly bytes: Uint8Array
  #key: KeyObject | undefined

  /** Throws `RangeError` unless given 32 bytes; a caller with untrusted bytes checks first. */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== PUBLIC_KEY_BYTES) throw new RangeError('an Ed25519 key has 32 bytes')
    this.bytes = bytes
  }

  /** SubjectPublicKeyInfo in DER. */
  get spki(): Uint8Array {
    return concatBytes([SPKI_PREFIX, this.bytes])
  }

  /** False for a wrong signature and for bytes that are no valid point. */
  verify(message: Uint8Array, signature: Uint8Array): boolean {
    if (signature.length !== SIGNATURE_BYTES) return false
    try {
      return nodeVerify(null, message, this.#parsed(), signature)
    } catch {
      // OpenSSL throws for an encoding that is not a curve point: nothing verifies under it.
      return false
    }
  }

  /** The same on a thread of the pool: many are verified at once, and the event loop goes on. */
  async verifyAside(message: Uint8Array, signature: Uint8Array): Promise<boolean> {
    if (signature.length !== SIGNATURE_BYTES) return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    try {
      nodeVerify(null, message, this.#parsed(), signature, (error, isGood) => {
        resolve(error === null && isGood)
      })
    } catch {
      // As above.
      resolve(false)
    }
    return await promise
  }

  equals(other: PublicKey): boolean {
    return equalBytes(this.bytes, other.bytes)
  }

  #parsed(): KeyObject {
    this.#key ??= parsedKey(toBase64url(this.bytes))
    return this.#key
  }
}

/**
 * An Ed25519 private key (RFC 8032). `sign` takes whole bytes and is reached only through formats
 * that carry their own domain (envelope, certificate); no RPC exposes it.
 */
export class PrivateKey {
  readonly publicKey: PublicKey
  readonly #seed: Uint8Array
  #key: KeyObject | undefined

  private constructor(seed: Uint8Array) {
    this.#seed = Uint8Array.from(seed)
    const prefix = Uint8Array.of(
      0x30,
      0x2e,
      2,
      1,
      0,
      0x30,
      5,
      6,
      3,
      0x2b,
      0x65,
      0x70,
      4,
      0x22,
      4,
      0x20
    )
    const der = concatBytes([prefix, seed])
    this.#key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
    der.fill(0)
    const jwk = createPublicKey(this.#key).export({ format: 'jwk' })
    this.publicKey = new PublicKey(new Uint8Array(Buffer.from(jwk.x ?? '', 'base64url')))
  }

  static generate(random: Random): PrivateKey {
    return new PrivateKey(random.bytes(SEED_BYTES))
  }

  /** Throws `RangeError` unless given 32 bytes. */
  static fromSeed(seed: Uint8Array): PrivateKey {
    if (seed.length !== SEED_BYTES) throw new RangeError('an Ed25519 seed has 32 bytes')
    return new PrivateKey(seed)
  }

  sign(message: Uint8Array): Uint8Array {
    return new Uint8Array(nodeSign(null, message, this.#unwiped()))
  }

  /** The secret itself: for the key file and for handing the key to libp2p, nothing else. */
  exportSeed(): Uint8Array {
    this.#unwiped()
    return Uint8Array.from(this.#seed)
  }

  /**
   * Overwrites the secret; whoever still uses the key fails. The copy within OpenSSL is overwritten
   * when its handle is collected: that is as far as this language goes.
   */
  wipe(): void {
    this.#seed.fill(0)
    this.#key = undefined
  }

  #unwiped(): KeyObject {
    if (this.#key === undefined) throw new Error('the key was wiped')
    return this.#key
  }

  /** Keeps the secret out of logs, errors and JSON by accident. */
  toJSON(): string {
    return '[private key]'
  }
}
