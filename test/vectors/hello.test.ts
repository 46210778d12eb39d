import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { helloVectors } from '../../scripts/vectors/hello.ts'
import { PublicKey } from '../../src/crypto/ed25519.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { errorCodeOf } from '../../src/errors.ts'
import { parseNetworkId } from '../../src/identity/network-id.ts'
import { decodeVerdict, encodeVerdict, judgeHello } from '../../src/overlay/admission.ts'
import { TrustLog } from '../../src/trust/trust-log.ts'
import { FakeTime } from '../support/fake-time.ts'
import { accepted, memoryTrustStore } from '../support/trust-network.ts'

type Vectors = Awaited<ReturnType<typeof helloVectors>>
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, 'hello.json'), 'utf8')) as Vectors

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))

test('the file of hello vectors is the one that its script writes', async () => {
  assert.deepEqual(vectors, await helloVectors())
})

describe('the hello vectors', () => {
  const { context } = vectors
  const clock = new FakeTime(context.now)
  const network = accepted(parseNetworkId(context.network))
  const [entry = new Uint8Array(), ...entries] = context.entries.map(bytesOf)
  const genesis = { entry, checkpoint: bytesOf(context.genesisCheckpoint) }
  const log = accepted(TrustLog.create(memoryTrustStore(), { clock, network, genesis }))
  accepted(log.advance({ checkpoint: bytesOf(context.checkpoint), entries }))
  const judge = ({ connectionKey, hello }: Pick<Vectors['valid'][0], 'connectionKey' | 'hello'>) =>
    judgeHello(
      log,
      connectionKey === null ? undefined : new PublicKey(bytesOf(connectionKey)),
      bytesOf(hello),
      { now: context.now }
    )

  for (const vector of vectors.valid) {
    test(`a hello ${vector.title} is admitted`, () => {
      assert.equal(accepted(judge(vector)).relation, vector.relation)
    })
  }

  for (const vector of vectors.invalid) {
    test(`a hello ${vector.title} is refused with ${vector.fault}`, () => {
      const verdict = judge(vector)
      assert.equal(verdict.ok ? '' : verdict.fault, vector.fault)
    })
  }

  test('verdicts carry the number of their code', () => {
    for (const { status, wait, evidence, verdict } of vectors.verdicts) {
      const fault = errorCodeOf(status)
      const lasting = wait === undefined ? {} : { waitSeconds: wait }
      const proof = evidence === undefined ? undefined : bytesOf(evidence)
      const outcome = fault ?? 'admitted'
      const proving = proof === undefined ? {} : { evidence: proof }
      const expected = { outcome, ...lasting, ...proving }
      assert.deepEqual(accepted(decodeVerdict(bytesOf(verdict))), expected)
      const again =
        fault === undefined
          ? encodeVerdict({ ok: true, value: 0 })
          : encodeVerdict({ ok: false, fault, detail: lasting }, proof)
      assert.equal(toHex(again), verdict)
    }
    for (const verdict of vectors.invalidVerdicts) {
      const decoded = decodeVerdict(bytesOf(verdict))
      assert.equal(decoded.ok ? '' : decoded.fault, 'MESSAGE_MALFORMED')
    }
  })
})
