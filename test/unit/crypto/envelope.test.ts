import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { RecordEnvelope } from '@libp2p/peer-record'
import fc from 'fast-check'
import { DOMAINS, type Domain } from '../../../src/crypto/domains.ts'
import { openEnvelope, sealEnvelope, verifyAhead } from '../../../src/crypto/envelope.ts'
import { concatBytes, toHex, utf8 } from '../../../src/encoding/bytes.ts'
import { ENVELOPE, INVALID_ENVELOPES, writeEnvelope } from '../../support/envelope-cases.ts'

const { key, type, payload, sealed } = ENVELOPE

function faultOf(bytes: Uint8Array, domain: Domain = DOMAINS.record): string {
  const verdict = openEnvelope(domain, bytes)
  return verdict.ok ? 'opened' : verdict.fault
}

describe('[SR-INT-1] an envelope', () => {
  test('opens in its domain and tells the signer and the payload', () => {
    const opened = openEnvelope(DOMAINS.record, sealed)
    assert.ok(opened.ok)
    assert.ok(opened.value.signer.equals(key.publicKey))
    assert.deepEqual(Uint8Array.from(opened.value.payload), payload)
  })

  test('that was verified ahead opens and is refused as without it', async () => {
    const forged = Uint8Array.from(sealed)
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    const good = Uint8Array.from(sealed)
    const cases = [good, forged, new Uint8Array(), sealed.subarray(1)]
    const before = cases.map((bytes) => faultOf(bytes))
    await verifyAhead(DOMAINS.record, cases)
    assert.deepEqual(
      cases.map((bytes) => faultOf(bytes)),
      before
    )
    assert.deepEqual(before.slice(0, 2), ['opened', 'SIGNATURE_INVALID'])
    for (const domain of Object.values(DOMAINS)) {
      if (domain !== DOMAINS.record) assert.notEqual(faultOf(good, domain), 'opened')
    }
  })

  test('is verified ahead once: these very bytes, and no copy of them', async () => {
    const bytes = Uint8Array.from(sealed)
    await verifyAhead(DOMAINS.record, [bytes])
    // Nobody writes to bytes that were received: done here to see that nothing looks again.
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    assert.equal(faultOf(bytes), 'opened')
    assert.equal(faultOf(Uint8Array.from(bytes)), 'SIGNATURE_INVALID')
  })

  test('is written as described: public key, payload type, payload, signature', () => {
    assert.equal(toHex(sealed), toHex(writeEnvelope()))
  })

  test('opens in no domain but its own', () => {
    for (const [name, domain] of Object.entries(DOMAINS)) {
      const expected = domain === DOMAINS.record ? 'opened' : 'MESSAGE_MALFORMED'
      assert.equal(faultOf(sealed, domain), expected, name)
    }
  })

  test('whose payload type was exchanged for that of another domain is SIGNATURE_INVALID there', () => {
    for (const domain of Object.values(DOMAINS)) {
      if (domain === DOMAINS.record) continue
      assert.equal(
        faultOf(writeEnvelope({ type: utf8(`/${domain}`) }), domain),
        'SIGNATURE_INVALID'
      )
    }
  })

  for (const { title, bytes, fault } of INVALID_ENVELOPES) {
    test(`with ${title} is ${fault}`, () => assert.equal(faultOf(bytes), fault))
  }

  test('is refused after a flip of any bit and when cut at any offset', () => {
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Uint8Array.from(sealed)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.notEqual(faultOf(changed), 'opened', `bit ${bit}`)
    }
    for (let length = 0; length < sealed.length; length++) {
      assert.equal(faultOf(sealed.subarray(0, length)), 'MESSAGE_MALFORMED')
    }
  })

  test('carries any payload, and sealing the same again gives the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const once = sealEnvelope(DOMAINS.checkpoint, bytes, key)
        assert.equal(toHex(once), toHex(sealEnvelope(DOMAINS.checkpoint, bytes, key)))
        const opened = openEnvelope(DOMAINS.checkpoint, once)
        assert.ok(opened.ok)
        assert.equal(toHex(opened.value.payload), toHex(bytes))
      }),
      { numRuns: 50 }
    )
  })
})

describe('the envelope of libp2p', () => {
  test('opens there when it was sealed here', async () => {
    const opened = await RecordEnvelope.openAndCertify(sealed, DOMAINS.record)
    assert.deepEqual(Uint8Array.from(opened.payload), payload)
    assert.equal(new TextDecoder().decode(opened.payloadType), `/${DOMAINS.record}`)
    assert.deepEqual(Uint8Array.from(opened.publicKey.raw), key.publicKey.bytes)
    await assert.rejects(RecordEnvelope.openAndCertify(sealed, DOMAINS.receipt))
  })

  test('opens here when it was sealed there, and is the same bytes', async () => {
    const raw = concatBytes([key.exportSeed(), key.publicKey.bytes])
    const record = {
      domain: DOMAINS.record,
      codec: type,
      marshal: () => payload,
      equals: () => false
    }
    const envelope = await RecordEnvelope.seal(record, privateKeyFromRaw(raw))
    assert.equal(toHex(envelope.marshal()), toHex(sealed))
    assert.equal(faultOf(envelope.marshal()), 'opened')
  })
})

test('[SR-INT-1] no two formats share a domain, and no domain is the beginning of another', () => {
  const domains = Object.values(DOMAINS)
  assert.equal(new Set(domains).size, domains.length)
  for (const domain of domains) {
    assert.match(domain, /^peerage\/[a-z-]+\/v\d+$/)
    assert.ok(!domains.some((other) => other !== domain && other.startsWith(domain)))
  }
})
