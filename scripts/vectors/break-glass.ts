import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { sealEnvelope } from '../../src/crypto/envelope.ts'
import { concatBytes, toHex, utf8 } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import {
  openBreakGlass,
  readBreakGlassFile,
  sealBreakGlass,
  writeBreakGlassFile
} from '../../src/trust/break-glass.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { writeVectors } from './write-vectors.ts'

/** Vectors for docs/protocol/break-glass.md. Run: node scripts/vectors/break-glass.ts */
export function breakGlassVectors() {
  const key = PrivateKey.generate(seededRandom('break-glass vectors'))
  const network = networkIdOf(new Uint8Array(32).fill(7))
  const statement = sealBreakGlass(network, key)
  const broken = statement.slice()
  broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
  const content = (fields: object) =>
    sealEnvelope('peerage/break-glass/v1', encodeCbor({ version: 1, network, ...fields }), key)
  const invalid: Record<string, Uint8Array> = {
    nothing: new Uint8Array(),
    'one that is cut off': statement.slice(0, -1),
    'one with a byte behind': concatBytes([statement, Uint8Array.of(0)]),
    'one that is too long': new Uint8Array(LIMITS.breakGlassBytesMax + 1),
    'another version': content({ version: 2 }),
    'an unknown field': content({ reason: '' }),
    'a broken signature': broken,
    'another network': sealBreakGlass(networkIdOf(new Uint8Array(32)), key),
    'the same content in another domain': sealEnvelope(
      'peerage/ack/v1',
      encodeCbor({ version: 1, network }),
      key
    )
  }
  const file = writeBreakGlassFile(statement)
  const invalidFiles: Record<string, string> = {
    'a file that is cut off': file.slice(0, -10),
    'a file with another member': file.replace('"statement"', '"x":1,"statement"'),
    'a file of a newer format': file.replace('glass/1', 'glass/2'),
    'a file of another kind': file.replace('break-glass', 'log')
  }
  return {
    format: 'break-glass',
    specification: 'docs/protocol/break-glass.md',
    valid: { network, nodeId: nodeIdOf(key.publicKey), statement: toHex(statement), file },
    invalid: Object.entries(invalid).map(([title, bytes]) => {
      const opened = openBreakGlass(bytes, network)
      if (opened.ok) throw new Error(title)
      return { title, fault: opened.fault, statement: toHex(bytes) }
    }),
    invalidFiles: Object.entries(invalidFiles).map(([title, text]) => {
      const read = readBreakGlassFile(utf8(text))
      if (read.ok) throw new Error(title)
      return { title, fault: read.fault, text }
    })
  }
}

if (import.meta.main) writeVectors('break-glass', breakGlassVectors())
