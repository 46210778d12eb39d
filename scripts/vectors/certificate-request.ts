import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { concatBytes, toHex } from '../../src/encoding/bytes.ts'
import { toPem } from '../../src/encoding/pem.ts'
import {
  createCertificateRequest,
  openCertificateRequest
} from '../../src/identity/certificate-request.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { writeVectors } from './write-vectors.ts'

/** Vectors for the requests of docs/protocol/files.md. Run: node scripts/vectors/certificate-request.ts */
export function certificateRequestVectors() {
  const key = PrivateKey.generate(seededRandom('certificate request vectors'))
  const network = networkIdOf(new Uint8Array(32).fill(7))
  const name = { network, member: 'till', node: 'till-07' }
  const der = createCertificateRequest(name, key)
  const changed = (find: string, replace: string) =>
    new Uint8Array(Buffer.from(toHex(der).replace(hex(find), hex(replace)), 'hex'))
  const broken = der.slice()
  broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
  const invalid: Record<string, Uint8Array> = {
    nothing: new Uint8Array(),
    'one that is cut off': der.slice(0, -1),
    'one with a byte behind': concatBytes([der, Uint8Array.of(0)]),
    'one that is too long': new Uint8Array(LIMITS.certificateBytesMax + 1),
    'a subject that names another network': changed(network.slice(0, 8), 'aaaaaaaa'),
    'a node name that is none': changed('till-07', 'till/07'),
    'a scheme that is not ours': changed('peerage://', 'http://aaa'),
    'a broken signature': broken,
    'a name that was changed after signing': changed('/till-07', '/till-08')
  }
  return {
    format: 'certificate-request',
    specification: 'docs/protocol/files.md',
    valid: {
      ...name,
      nodeId: nodeIdOf(key.publicKey),
      publicKey: toHex(key.publicKey.bytes),
      der: toHex(der),
      pem: toPem('CERTIFICATE REQUEST', der)
    },
    invalid: Object.entries(invalid).map(([title, bytes]) => {
      const opened = openCertificateRequest(bytes)
      if (opened.ok) throw new Error(title)
      return { title, fault: opened.fault, der: toHex(bytes) }
    })
  }
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex')
}

if (import.meta.main) writeVectors('certificate-request', certificateRequestVectors())
