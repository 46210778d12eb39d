import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Caveat, mintToken } from '../../src/control/token.ts'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { toHex, utf8 } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { nodeUri } from '../../src/identity/node-uri.ts'
import { createReportFile, openReport } from '../../src/protocols/evidence/index.ts'
import { encodeEvidence } from '../../src/records/evidence.ts'
import { sealRecord } from '../../src/records/record.ts'
import { writeRecordFile } from '../../src/records/record-file.ts'
import { encodeRing } from '../../src/records/ring.ts'
import { createTrustProof } from '../../src/trust/proof.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { accepted, createTestNetwork } from '../../test/support/trust-network.ts'
import { vectorsText } from './write-vectors.ts'

const FILE = join(import.meta.dirname, '../../test/fuzz/minimal.json')

/** What fuzzing begins with and no vectors have: messages, and files that people carry. */
async function minimalFrames() {
  const { authority, log } = createTestNetwork('minimal frames')
  const network = log.network
  const key = PrivateKey.generate(seededRandom('minimal frames'))
  const grant = { member: 'mallory', node: 'laptop', groups: [], publicKey: key.publicKey }
  await authority.enroll({ ...grant, method: 'invite', assurance: 1, invite: '' })
  const record = (value: string) =>
    sealRecord(
      {
        ...{ network, kind: 'note', owner: 'mallory', name: 'x', version: 1 },
        ...{ storedAt: 1_700_000_000_000, lifetimeMs: 1000, form: 'plain', value: utf8(value) }
      },
      key
    )
  const [a, b] = [record('a'), record('b')]
  const report = accepted(openReport(encodeEvidence('RECORD_EQUIVOCATION', [a, b]), network))
  const caveat: Caveat = { access: 'observe', methods: ['record.*'], notAfter: 1_700_000_000_000 }
  const id = new Uint8Array(32).fill(1)
  return {
    'evidence lacking': toHex(encodeCbor({ ask: 'lacking', ids: [id] })),
    'evidence take request': toHex(encodeCbor({ ask: 'take', report: utf8('report') })),
    'evidence take response': toHex(encodeCbor({ ask: 'take', isNew: true })),
    'diagnostics request': toHex(encodeCbor({ kinds: ['version'], expiresAt: 1 })),
    'diagnostics response': toHex(
      encodeCbor({ answers: [{ kind: 'peers', value: 3 }], denied: ['clock'] })
    ),
    'break-glass request': toHex(encodeCbor({ statement: utf8('statement') })),
    ring: toHex(encodeRing([{ readers: ['member:alice'], key: id }])),
    token: mintToken(id.subarray(0, 8), id, caveat),
    'node URI': nodeUri({ network, member: 'mallory', node: 'laptop' }),
    'record file': writeRecordFile(network, [a]),
    'trust proof': createTrustProof(log, 1, []),
    'report file': createReportFile(log, report),
    'control request': { jsonrpc: '2.0', id: 1, method: 'record.get', params: { kind: 'note' } },
    policy: 'permit (principal, action, resource);'
  }
}

if (import.meta.main) {
  const content = JSON.parse(readFileSync(FILE, 'utf8'))
  const frames = { ...content.frames, ...(await minimalFrames()) }
  writeFileSync(FILE, vectorsText({ ...content, frames }))
}
