import { toHex } from '../../src/encoding/bytes.ts'
import { ERRORS } from '../../src/errors.ts'
import { LIMITS } from '../../src/limits.ts'
import { encodeVerdict } from '../../src/overlay/admission.ts'
import { createHelloCases, type HelloCase } from '../../test/support/hello-cases.ts'
import { writeVectors } from './write-vectors.ts'

/** Real evidence is in equivocation.json. */
const EVIDENCE = Uint8Array.of(1, 2, 3)

/** Vectors for docs/protocol/admission.md. Run: node scripts/vectors/hello.ts */
export async function helloVectors() {
  const { network, log, valid, invalid } = await createHelloCases()
  const refused = ['CERTIFICATE_REVOKED', 'PEER_UNCERTIFIED'] as const
  return {
    format: 'hello',
    specification: 'docs/protocol/admission.md',
    context: {
      network: network.network,
      prologue: `peerage/1|${network.network}`,
      now: network.clock.now(),
      bytesMax: LIMITS.helloBytesMax,
      /** The log of the node that judges. */
      genesisCheckpoint: toHex(log.genesis().checkpoint),
      checkpoint: toHex(log.head().bytes),
      entries: log.entries(0, log.size).map(toHex)
    },
    valid: valid.map((one) => ({ ...vector(one), relation: one.relation })),
    invalid: invalid.map((one) => ({ ...vector(one), fault: one.fault })),
    verdicts: [
      { title: 'admitted', status: 0, verdict: toHex(encodeVerdict({ ok: true, value: 0 })) },
      ...refused.map((fault) => ({
        title: fault,
        status: ERRORS[fault].number,
        verdict: toHex(encodeVerdict({ ok: false, fault }))
      })),
      {
        title: 'PEER_BANNED with the seconds that are left',
        status: ERRORS.PEER_BANNED.number,
        wait: 3600,
        verdict: toHex(
          encodeVerdict({ ok: false, fault: 'PEER_BANNED', detail: { waitSeconds: 3600 } })
        )
      },
      {
        title: 'TRUST_FORK with evidence, which is opened by itself',
        status: ERRORS.TRUST_FORK.number,
        evidence: toHex(EVIDENCE),
        verdict: toHex(encodeVerdict({ ok: false, fault: 'TRUST_FORK' }, EVIDENCE))
      }
    ],
    invalidVerdicts: [
      toHex(encodeVerdict({ ok: false, fault: 'CERTIFICATE_REVOKED' }, EVIDENCE)),
      '',
      'a0',
      'a1667374617475732000',
      'a16673746174757320',
      '00',
      'f6'
    ]
  }
}

function vector({ title, bytes, key }: HelloCase) {
  return { title, connectionKey: key === undefined ? null : toHex(key.bytes), hello: toHex(bytes) }
}

if (import.meta.main) writeVectors('hello', await helloVectors())
