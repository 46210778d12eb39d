import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { toBase64url, toHex, utf8 } from '../../src/encoding/bytes.ts'
import { encodeKeyFile } from '../../src/identity/key-file.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { writeVectors } from './write-vectors.ts'

const PASSPHRASE = 'correct horse battery staple'

/** Vectors for key files. Run: node scripts/vectors/key-file.ts */
export async function keyFileVectors() {
  const random = seededRandom('key file vectors')
  const key = PrivateKey.generate(random)
  const passphrase = utf8(PASSPHRASE)
  const plain = await encodeKeyFile(key, { use: 'node', random })
  const locked = await encodeKeyFile(key, { use: 'authority', passphrase, random })
  const frontDesk = await encodeKeyFile(key, { use: 'front-desk', random })
  const stranger = toBase64url(PrivateKey.generate(random).publicKey.bytes)
  const salt = toBase64url(new Uint8Array(16))
  return {
    format: 'key-file',
    specification: 'docs/protocol/certificate.md',
    seed: toHex(key.exportSeed()),
    publicKey: toHex(key.publicKey.bytes),
    passphrase: PASSPHRASE,
    valid: [
      { title: 'protected by the mode of the file', use: 'node', text: plain },
      { title: 'encrypted under the passphrase', use: 'authority', text: locked },
      { title: 'the key of a front desk', use: 'front-desk', text: frontDesk }
    ],
    invalid: [
      damaged('no line end', plain.trimEnd()),
      damaged('other white space', JSON.stringify(JSON.parse(plain))),
      damaged('a changed salt with the old checksum', edit(locked, { salt })),
      damaged('another public key', edit(plain, { publicKey: stranger })),
      damaged('an unknown member', edit(plain, { comment: '' })),
      damaged('a newer format', edit(plain, { format: 'peerage-key/2' })),
      damaged('a repeated member', plain.replace('"use"', '"use": "node",\n  "use"')),
      damaged('half of it', plain.slice(0, plain.length / 2)),
      { title: 'a key for another use', fault: 'KEY_FILE_MISMATCH', use: 'authority', text: plain },
      {
        title: 'encrypted under another passphrase',
        fault: 'PASSPHRASE_WRONG',
        use: 'node',
        text: await encodeKeyFile(key, { use: 'node', passphrase: utf8('another'), random })
      }
    ]
  }
}

function damaged(title: string, text: string) {
  return { title, fault: 'KEY_FILE_DAMAGED', use: 'node', text }
}

function edit(text: string, changes: Record<string, string>): string {
  return `${JSON.stringify({ ...JSON.parse(text), ...changes }, null, 2)}\n`
}

if (import.meta.main) writeVectors('key-file', await keyFileVectors())
