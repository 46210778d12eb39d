import { DOMAINS } from '../../src/crypto/domains.ts'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { sealEnvelope } from '../../src/crypto/envelope.ts'
import { concatBytes, toHex } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import {
  CHALLENGE_BYTES,
  challengeAfter,
  INSTANCE_BYTES,
  sealSignOfLife
} from '../../src/identity/sign-of-life.ts'
import { LIMITS } from '../../src/limits.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { writeVectors } from './write-vectors.ts'

const random = seededRandom('sign of life vectors')
const key = PrivateKey.generate(random)
const otherKey = PrivateKey.generate(random)
const network = networkIdOf(new Uint8Array(32).fill(7))
const instance = new Uint8Array(INSTANCE_BYTES).fill(1)
const copy = new Uint8Array(INSTANCE_BYTES).fill(2)
const third = new Uint8Array(INSTANCE_BYTES).fill(3)
const challenge = new Uint8Array(CHALLENGE_BYTES).fill(9)

const say = (by: Uint8Array, about: Uint8Array, signer = key) =>
  sealSignOfLife({ network, instance: by, challenge: about }, signer)
const answer = (by: Uint8Array, to: Uint8Array, signer = key) => say(by, challengeAfter(to), signer)

/** Vectors for signs of life and what they prove. Run: node scripts/vectors/sign-of-life.ts */
export function signOfLifeVectors() {
  return {
    format: 'sign-of-life',
    specification: 'docs/protocol/sign-of-life.md',
    context: {
      seed: toHex(key.exportSeed()),
      nodeId: nodeIdOf(key.publicKey),
      network,
      bytesMax: LIMITS.signOfLifeBytesMax
    },
    valid: [
      {
        name: 'a statement',
        bytes: toHex(say(instance, challenge)),
        instance: toHex(instance),
        challenge: toHex(challenge)
      }
    ],
    invalid: invalidStatements(),
    proofs: proofs()
  }
}

function invalidStatements() {
  const content = { version: 1, network, instance, challenge }
  const seal = (change: Record<string, unknown>) =>
    sealEnvelope(DOMAINS.signOfLife, encodeCbor({ ...content, ...change }), key)
  const bytes = seal({})
  const refused: readonly (readonly [string, string, Uint8Array])[] = [
    ['nothing', 'MESSAGE_MALFORMED', new Uint8Array()],
    ['a byte too many', 'MESSAGE_MALFORMED', concatBytes([bytes, Uint8Array.of(0)])],
    ['another version', 'MESSAGE_MALFORMED', seal({ version: 2 })],
    ['a field too many', 'MESSAGE_MALFORMED', seal({ time: 1 })],
    ['a short instance', 'MESSAGE_MALFORMED', seal({ instance: instance.subarray(1) })],
    ['a long challenge', 'MESSAGE_MALFORMED', seal({ challenge: new Uint8Array(33) })],
    ['another domain', 'MESSAGE_MALFORMED', sealEnvelope(DOMAINS.ack, encodeCbor(content), key)],
    [
      'a changed signature',
      'SIGNATURE_INVALID',
      bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))
    ],
    ['another network', 'WRONG_NETWORK', seal({ network: networkIdOf(new Uint8Array(32)) })],
    ['too many bytes', 'MESSAGE_TOO_LARGE', new Uint8Array(LIMITS.signOfLifeBytesMax + 1)]
  ]
  return refused.map(([name, code, raw]) => ({ name, bytes: toHex(raw), code }))
}

/** What one node that restarts can be made to sign is not among the accepted ones. */
function proofs() {
  const first = say(instance, challenge)
  const second = answer(copy, first)
  const again = answer(instance, second)
  const all: readonly (readonly [string, string, readonly [Uint8Array, Uint8Array, Uint8Array]])[] =
    [
      ['two processes at once', 'accepted', [first, second, again]],
      [
        'one process',
        'MESSAGE_MALFORMED',
        [first, answer(instance, first), answer(instance, answer(instance, first))]
      ],
      ['a restart between', 'MESSAGE_MALFORMED', [first, second, answer(copy, second)]],
      ['two restarts', 'MESSAGE_MALFORMED', [first, second, answer(third, second)]],
      [
        'a second one that answers nothing',
        'MESSAGE_MALFORMED',
        [first, say(copy, challenge), again]
      ],
      ['a last one that answers nothing', 'MESSAGE_MALFORMED', [first, second, first]],
      ['another order', 'MESSAGE_MALFORMED', [second, first, again]],
      [
        'the statement of another node between',
        'MESSAGE_MALFORMED',
        [first, answer(copy, first, otherKey), answer(instance, answer(copy, first, otherKey))]
      ]
    ]
  return all.map(([name, code, statements]) => ({ name, code, statements: statements.map(toHex) }))
}

if (import.meta.main) writeVectors('sign-of-life', signOfLifeVectors())
