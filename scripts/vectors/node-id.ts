import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { writeVectors } from './write-vectors.ts'

/** Vectors for node ids. Run: node scripts/vectors/node-id.ts */
export function nodeIdVectors() {
  const random = seededRandom('node id vectors')
  const keys = [1, 2, 3].map(() => PrivateKey.generate(random))
  const [id = ''] = keys.map(({ publicKey }) => nodeIdOf(publicKey))
  const invalid = {
    nothing: '',
    'a character missing': id.slice(0, -1),
    'a character too many': `${id}1`,
    'a character outside base58': `${id.slice(0, -1)}0`,
    'capitals only': id.toUpperCase(),
    'the hash of an RSA key': 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N',
    'a leading one in place of the last character': `1${id.slice(0, -1)}`,
    'the CID form': 'bafzaajaiaejcal72gwuz2or47oyxxn6b3rkwdmmkrxgplxsqbmdnl2gzs3rqcjh',
    'a space behind it': `${id.slice(0, -1)} `
  }
  return {
    format: 'node-id',
    specification: 'docs/protocol/certificate.md',
    valid: keys.map((key) => ({
      seed: toHex(key.exportSeed()),
      publicKey: toHex(key.publicKey.bytes),
      nodeId: nodeIdOf(key.publicKey)
    })),
    invalid: Object.entries(invalid).map(([title, nodeId]) => ({
      title,
      fault: 'INVALID_ARGUMENT',
      nodeId
    }))
  }
}

if (import.meta.main) writeVectors('node-id', nodeIdVectors())
