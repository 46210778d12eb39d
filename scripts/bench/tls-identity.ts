import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { TLSSocketOptions } from 'node:tls'
import type { BenchNetwork, Role } from './bench-network.ts'

/** PKCS #8 in DER up to the 32 bytes of an Ed25519 seed (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * TLS 1.3 with ChaCha20-Poly1305, as Noise has it, and with the very certificates of the nodes;
 * each side verifies the other. They have no host names, so there is none to compare.
 */
export function tlsIdentity(
  network: BenchNetwork,
  role: Role
): TLSSocketOptions & { readonly checkServerIdentity: () => undefined } {
  const { key, certificate } = network.identities[role]
  const pkcs8 = Buffer.concat([PKCS8_PREFIX, key.exportSeed()])
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  return {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    cert: new X509Certificate(certificate).toString(),
    ca: new X509Certificate(network.authority).toString(),
    minVersion: 'TLSv1.3',
    ciphers: 'TLS_CHACHA20_POLY1305_SHA256',
    rejectUnauthorized: true,
    checkServerIdentity: () => undefined
  }
}
