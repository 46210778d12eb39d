import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { compareBytes, concatBytes, toHex, utf8 } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { reportId } from '../../src/protocols/evidence/report.ts'
import { encodeEvidence } from '../../src/records/evidence.ts'
import { type RecordContent, sealRecord } from '../../src/records/record.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { writeVectors } from './write-vectors.ts'

const random = seededRandom('evidence vectors')
const key = PrivateKey.generate(random)
const otherKey = PrivateKey.generate(random)
const network = networkIdOf(new Uint8Array(32).fill(7))

function record(value: string, change: Partial<RecordContent> = {}, signer = key): Uint8Array {
  return sealRecord(
    {
      ...{ network, kind: 'note', owner: 'mallory', name: 'x', version: 1 },
      ...{ storedAt: 1_700_000_000_000, lifetimeMs: 1000, form: 'plain', value: utf8(value) },
      ...change
    },
    signer
  )
}

/** Vectors for reports of misbehavior. Run: node scripts/vectors/evidence.ts */
export function evidenceVectors() {
  const [a, b] = [record('a'), record('b')].toSorted(compareBytes) as [Uint8Array, Uint8Array]
  const fork = reportFork(a, b)
  const foreign = networkIdOf(new Uint8Array(32))
  const invalid: readonly (readonly [string, string, Uint8Array])[] = [
    ['nothing', 'EVIDENCE_INVALID', new Uint8Array()],
    ['a byte too many', 'EVIDENCE_INVALID', concatBytes([fork, Uint8Array.of(0)])],
    ['an unknown offense', 'EVIDENCE_INVALID', spelled('RUDENESS', [a, b])],
    ['one statement', 'EVIDENCE_INVALID', encodeEvidence('RECORD_EQUIVOCATION', [a])],
    ['three statements', 'EVIDENCE_INVALID', encodeEvidence('RECORD_EQUIVOCATION', [a, b, b])],
    ['the larger one first', 'EVIDENCE_INVALID', spelled('RECORD_EQUIVOCATION', [b, a])],
    ['the same record twice', 'EVIDENCE_INVALID', reportFork(a, a)],
    ['two versions', 'EVIDENCE_INVALID', reportFork(a, record('b', { version: 2 }))],
    ['two names', 'EVIDENCE_INVALID', reportFork(a, record('b', { name: 'y' }))],
    ['two signers', 'EVIDENCE_INVALID', reportFork(a, record('b', {}, otherKey))],
    [
      'a record of another network',
      'EVIDENCE_INVALID',
      reportFork(a, record('b', { network: foreign }))
    ],
    ['a changed signature', 'EVIDENCE_INVALID', reportFork(a, changed(b))],
    ['too many bytes', 'MESSAGE_TOO_LARGE', new Uint8Array(LIMITS.recordEvidenceBytesMax + 1)]
  ]
  return {
    format: 'evidence',
    specification: 'docs/protocol/evidence.md',
    context: {
      seed: toHex(key.exportSeed()),
      nodeId: nodeIdOf(key.publicKey),
      network,
      bytesMax: LIMITS.recordEvidenceBytesMax
    },
    valid: [
      {
        name: 'two contents of one version',
        code: 'RECORD_EQUIVOCATION',
        bytes: toHex(fork),
        parts: [toHex(a), toHex(b)],
        id: reportId(fork)
      }
    ],
    invalid: invalid.map(([name, code, bytes]) => ({ name, bytes: toHex(bytes), code }))
  }
}

function spelled(code: string, parts: readonly Uint8Array[]): Uint8Array {
  return encodeCbor({ version: 1, code, parts: [...parts] })
}

function reportFork(a: Uint8Array, b: Uint8Array): Uint8Array {
  return encodeEvidence('RECORD_EQUIVOCATION', [a, b])
}

function changed(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))
}

if (import.meta.main) writeVectors('evidence', evidenceVectors())
