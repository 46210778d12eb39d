import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import {
  type CertificateExpectation,
  parseCertificate,
  verifyCertificate
} from '../../src/identity/certificate.ts'
import { issueCertificate } from '../../src/identity/certificate-issue.ts'
import { parseDer } from '../../src/identity/der.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { nodeUri, parseNodeUri } from '../../src/identity/node-uri.ts'
import { LIMITS } from '../../src/limits.ts'
import { CASE } from '../support/certificate-cases.ts'
import { seededRandom } from '../support/seeded-random.ts'

const { good } = CASE
const expected: CertificateExpectation = {
  network: CASE.network,
  authorityKeys: [CASE.authority.publicKey],
  key: CASE.node.publicKey,
  now: CASE.now,
  exclusionOf: () => undefined
}
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/)

describe('[SR-ID-5] a certificate', () => {
  test('is refused after a flip of any bit', () => {
    for (let bit = 0; bit < good.length * 8; bit++) {
      const der = Uint8Array.from(good)
      der[bit >> 3] = (der[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.ok(!verifyCertificate(der, expected).ok, `bit ${bit}`)
    }
  })

  test('is refused when it is cut at any offset', () => {
    for (let length = 0; length < good.length; length++) {
      assert.equal(parseCertificate(good.subarray(0, length)).ok, false, `${length} bytes`)
    }
  })

  test('is refused with any bytes behind it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (tail) => {
        assert.equal(parseCertificate(Uint8Array.from([...good, ...tail])).ok, false)
      })
    )
  })

  test('is never accepted after any run of bytes was exchanged', () => {
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.nat(8),
        fc.uint8Array({ maxLength: 8 }),
        (at, cut, put) => {
          const der = Uint8Array.from([...good.slice(0, at), ...put, ...good.slice(at + cut)])
          const isSame = Buffer.compare(der, good) === 0
          assert.equal(verifyCertificate(der, expected).ok, isSame)
        }
      ),
      { numRuns: 500 }
    )
  })

  test('parsing answers every input with a verdict', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (der) => {
        assert.equal(parseCertificate(der).ok, false)
        parseDer(der)
      })
    )
  })

  test('says after parsing what it was issued for', async () => {
    const issued = fc.record({
      seed: bytes32,
      networkHash: bytes32,
      member: name,
      node: name,
      method: name,
      assurance: fc.nat(LIMITS.assuranceMax),
      start: fc.integer({ min: 0, max: 4_000_000_000 }),
      seconds: fc.integer({ min: 0, max: 4_000_000_000 })
    })
    await fc.assert(
      fc.asyncProperty(issued, async ({ seed, networkHash, start, seconds, ...said }) => {
        const { publicKey } = PrivateKey.fromSeed(seed)
        const network = networkIdOf(networkHash)
        const period = { notBefore: start * 1000, notAfter: (start + seconds) * 1000 }
        const parsed = parseCertificate(
          await issueCertificate({
            ...said,
            ...period,
            network,
            publicKey,
            authority: CASE.authority,
            random: seededRandom('round trip')
          })
        )
        assert.ok(parsed.ok)
        const { bytes: _bytes, serial: _serial, publicKey: _key, ...fields } = parsed.value
        assert.deepEqual(fields, { ...said, ...period, network, nodeId: nodeIdOf(publicKey) })
      }),
      { numRuns: 50 }
    )
  })
})

test('[SR-ID-5] a node URI is read back, and any other text than its own spelling is refused', () => {
  fc.assert(
    fc.property(bytes32, name, name, fc.string({ maxLength: 8 }), (hash, member, node, extra) => {
      const uri = nodeUri({ network: networkIdOf(hash), member, node })
      const parsed = parseNodeUri(uri)
      assert.ok(parsed.ok && nodeUri(parsed.value) === uri)
      const longer = parseNodeUri(`${uri}${extra}`)
      if (longer.ok) assert.match(`${node}${extra}`, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
    })
  )
})
