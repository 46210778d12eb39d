import { hash } from 'node:crypto'
import {
  type AEADFactory,
  CipherSuite,
  KDF_HKDF_SHA256,
  KEM_DHKEM_X25519_HKDF_SHA256,
  OpenError
} from 'hpke'
import { compareBytes } from '../encoding/bytes.ts'
import { AEAD, decryptBytes, encryptBytes } from './aead.ts'
import type { PrivateKey, PublicKey } from './ed25519.ts'

/** Of the encapsulated secret: an X25519 public key. */
export const ENCAPSULATED_BYTES = 32

/** What was sealed is bound to both; whoever opens it has to name the same. */
export interface SealingContext {
  /** What it is. */
  readonly info: Uint8Array
  /** To whom this copy is. */
  readonly aad: Uint8Array
}

export interface SealedSecret {
  readonly encapsulated: Uint8Array
  readonly ciphertext: Uint8Array
}

/** The one of OpenSSL: that of Web Cryptography is an experiment of this runtime. */
const chaCha20Poly1305: AEADFactory = () => ({
  id: 0x0003,
  type: 'AEAD',
  name: 'ChaCha20Poly1305',
  Nk: AEAD.keyBytes,
  Nn: AEAD.nonceBytes,
  Nt: AEAD.tagBytes,
  Seal: async (key, nonce, aad, plaintext) => encryptBytes(key, nonce, aad, plaintext),
  async Open(key, nonce, aad, ciphertext) {
    const plaintext = decryptBytes(key, nonce, aad, ciphertext)
    if (plaintext === undefined) throw new OpenError('the tag does not match')
    return plaintext
  }
})

/** HPKE, RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, base mode. */
export const HPKE = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, chaCha20Poly1305)

/**
 * Encrypts a secret to the holder of a node key. `undefined` for a key of small order, to which
 * nothing can be sealed: its shared secret would be the same for everybody.
 */
export async function sealSecret(
  to: PublicKey,
  secret: Uint8Array,
  context: SealingContext
): Promise<SealedSecret | undefined> {
  const bytes = x25519PublicKey(to)
  if (SMALL_ORDER.some((point) => compareBytes(point, bytes) === 0)) return undefined
  const key = await HPKE.DeserializePublicKey(bytes)
  const { encapsulatedSecret, ciphertext } = await HPKE.Seal(key, secret, context)
  return { encapsulated: encapsulatedSecret, ciphertext }
}

/** `undefined` when it was sealed to somebody else, for something else, or was changed. */
export async function openSecret(
  key: PrivateKey,
  { encapsulated, ciphertext }: SealedSecret,
  context: SealingContext
): Promise<Uint8Array | undefined> {
  const scalar = x25519PrivateKey(key)
  try {
    const publicKey = await HPKE.DeserializePublicKey(x25519PublicKey(key.publicKey))
    const privateKey = await HPKE.DeserializePrivateKey(scalar)
    return await HPKE.Open({ privateKey, publicKey }, encapsulated, ciphertext, context)
  } catch {
    // Whatever of it is wrong, the answer is that it stays closed.
    return undefined
  } finally {
    scalar.fill(0)
  }
}

/*
 * A node seals with the key that it signs with, in the Montgomery form of its curve: whoever knows
 * a node id can seal to it, whether it was ever connected or not, and no second key has to be kept,
 * published and certified. One key for Ed25519 and for this very KEM is as good as two (Thormarker,
 * "On using the same key pair for Ed25519 and an X25519 based KEM", ePrint 2021/509).
 */

const P = 2n ** 255n - 19n

/** u = (1 + y) / (1 - y), RFC 7748 §4.1. */
export function x25519PublicKey({ bytes }: PublicKey): Uint8Array {
  const y = fromLittleEndian(bytes) & (2n ** 255n - 1n)
  return toLittleEndian(((1n + y) * inverse(1n - y)) % P)
}

/** The secret scalar of RFC 8032 §5.1.5; X25519 clamps it as Ed25519 does. */
export function x25519PrivateKey(key: PrivateKey): Uint8Array {
  const seed = key.exportSeed()
  const digest = hash('sha512', seed, 'buffer')
  seed.fill(0)
  const scalar = new Uint8Array(digest.subarray(0, 32))
  digest.fill(0)
  return scalar
}

/** Of all points that have small order, on the curve and on its twist (RFC 7748 §7). */
const SMALL_ORDER: readonly Uint8Array[] = [
  0n,
  1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  P - 1n
].map(toLittleEndian)

/** Fermat; 0 for 0, which makes the identity u = 0. Only public values pass here. */
function inverse(value: bigint): bigint {
  let base = ((value % P) + P) % P
  let result = 1n
  for (let exponent = P - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % P
    base = (base * base) % P
  }
  return result
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function toLittleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))
}
