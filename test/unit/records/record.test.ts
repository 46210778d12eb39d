import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DOMAINS } from '../../../src/crypto/domains.ts'
import { sealEnvelope } from '../../../src/crypto/envelope.ts'
import { encodeCbor } from '../../../src/encoding/cbor.ts'
import { LIMITS } from '../../../src/limits.ts'
import { openRecord, recordDigest, sealRecord } from '../../../src/records/record.ts'
import { parseRecordName } from '../../../src/records/record-name.ts'
import {
  alice,
  aliceKey,
  NETWORK,
  OTHER_NETWORK,
  sampleContent,
  sampleRecord
} from '../../support/sample-record.ts'

const wire = {
  version: 1,
  network: NETWORK,
  kind: 'note',
  owner: 'alice',
  name: 'greeting',
  recordVersion: 1,
  storedAt: 0,
  lifetimeMs: 1,
  form: 'plain',
  value: new Uint8Array(0)
}

function sealWire(change: Record<string, unknown>): Uint8Array {
  return sealEnvelope(DOMAINS.record, encodeCbor({ ...wire, ...change }), aliceKey)
}

function faultOf(bytes: Uint8Array): string {
  const opened = openRecord(bytes, NETWORK)
  return opened.ok ? 'accepted' : opened.fault
}

describe('a sealed record', () => {
  test('[SR-INT-1] opens to what was signed, with its signer, digest, location and expiry', () => {
    const content = sampleContent()
    const bytes = sealRecord(content, aliceKey)
    const opened = openRecord(bytes, NETWORK)
    assert.ok(opened.ok)
    const { digest, location, signer, expiresAt, bytes: kept, ...rest } = opened.value
    assert.deepEqual(rest, content)
    assert.equal(digest, recordDigest(bytes))
    assert.match(digest, /^sha256:[0-9a-f]{64}$/)
    assert.equal(location.length, 32)
    assert.equal(signer, alice)
    assert.equal(expiresAt, content.storedAt + content.lifetimeMs)
    assert.equal(kept, bytes)
  })

  test('[SR-INT-2] that was verified before opens again; with any bit of it changed, it does not', () => {
    const bytes = sealRecord(sampleContent({ name: 'twice' }), aliceKey)
    assert.equal(faultOf(bytes), 'accepted')
    assert.equal(faultOf(bytes.slice()), 'accepted')
    for (let i = 0; i < bytes.length; i++) {
      const changed = bytes.slice()
      changed[i] = (changed[i] ?? 0) ^ 1
      assert.match(faultOf(changed), /^RECORD_(MALFORMED|SIGNATURE_INVALID)$/)
    }
    assert.equal(faultOf(bytes), 'accepted')
  })

  test('[SR-INT-1] every field is covered: changing one changes the signed bytes', () => {
    const base = recordDigest(sampleRecord().bytes)
    for (const change of [
      { network: OTHER_NETWORK },
      { kind: 'other' },
      { owner: 'bob' },
      { name: 'other' },
      { version: 2 },
      { storedAt: 5 },
      { lifetimeMs: 5 },
      { form: 'deleted', value: new Uint8Array(0) } as const,
      { value: Uint8Array.of(1) }
    ]) {
      assert.notEqual(sampleRecord(change).digest, base, Object.keys(change).join())
    }
  })

  test('of another network is WRONG_NETWORK', () => {
    assert.equal(faultOf(sampleRecord({ network: OTHER_NETWORK }).bytes), 'WRONG_NETWORK')
  })

  test('[SR-STO-1] is refused as RECORD_TOO_LARGE before anything of it is decoded', () => {
    assert.equal(faultOf(new Uint8Array(LIMITS.recordBytesMax + 1)), 'RECORD_TOO_LARGE')
    assert.equal(faultOf(new Uint8Array(LIMITS.recordBytesMax)), 'RECORD_MALFORMED')
  })

  test('the largest note of the longest names fits into a record', () => {
    const content = sampleContent({
      owner: 'o'.repeat(LIMITS.nameLengthMax),
      name: 'n'.repeat(LIMITS.recordNameLengthMax),
      version: Number.MAX_SAFE_INTEGER,
      lifetimeMs: LIMITS.noteLifetimeMs,
      value: new Uint8Array(LIMITS.noteValueBytesMax)
    })
    const bytes = sealRecord(content, aliceKey)
    assert.ok(bytes.length <= LIMITS.noteValueBytesMax + LIMITS.recordOverheadBytesMax)
    assert.equal(faultOf(bytes), 'accepted')
  })

  test('[SR-INT-2] with a changed payload is RECORD_SIGNATURE_INVALID', () => {
    const bytes = Uint8Array.from(sampleRecord().bytes)
    const at = Buffer.from(bytes).toString('latin1').indexOf('hello')
    bytes[at] = 0x48
    assert.equal(faultOf(bytes), 'RECORD_SIGNATURE_INVALID')
  })

  test('[SR-INT-2] made field by field is accepted, so each case below breaks one rule only', () => {
    assert.equal(faultOf(sealWire({})), 'accepted')
  })

  const malformed: Record<string, Uint8Array> = {
    'nothing at all': new Uint8Array(0),
    'trailing bytes': Uint8Array.of(...sampleRecord().bytes, 0),
    'a missing last byte': sampleRecord().bytes.slice(0, -1),
    'the domain of another format': sealEnvelope(DOMAINS.invite, encodeCbor(wire), aliceKey),
    'an unknown format version': sealWire({ version: 2 }),
    'an unknown field': sealWire({ extra: 1 }),
    'a missing field': sealWire({ value: null }),
    'record version 0': sealWire({ recordVersion: 0 }),
    'record version 2^53': sealVersion(0x1b, 0, 0x20, 0, 0, 0, 0, 0, 0),
    'record version 1.5': sealVersion(0xf9, 0x3e, 0),
    'a negative time': sealWire({ storedAt: -1 }),
    'lifetime 0': sealWire({ lifetimeMs: 0 }),
    'a kind that is no name': sealWire({ kind: 'Note' }),
    'an owner that is no name': sealWire({ owner: 'a b' }),
    'a name with a space': sealWire({ name: 'a b' }),
    'an empty name': sealWire({ name: '' }),
    'an unknown form': sealWire({ form: 'folded' }),
    'a value in a deletion': sealWire({ form: 'deleted', value: Uint8Array.of(1) }),
    'a value that is text': sealWire({ value: 'hello' }),
    'map keys in another order': sealEnvelope(DOMAINS.record, unsorted(), aliceKey)
  }
  for (const [what, bytes] of Object.entries(malformed)) {
    test(`[SR-INT-2] with ${what} is RECORD_MALFORMED`, () => {
      assert.equal(faultOf(bytes), 'RECORD_MALFORMED')
    })
  }
})

describe('a record name', () => {
  test('has 1 to 64 of a-z, 0-9, dot, hyphen, underscore and slash', () => {
    for (const name of ['a', 'host/a-1_b.c', 'n'.repeat(64)]) assert.ok(parseRecordName(name).ok)
  })

  test('that is anything else is RECORD_NAME_INVALID', () => {
    for (const name of ['', 'A', 'a b', 'ä', 'a\n', 'n'.repeat(65)]) {
      const parsed = parseRecordName(name)
      assert.equal(parsed.ok ? 'accepted' : parsed.fault, 'RECORD_NAME_INVALID', name)
    }
  })
})

/** A record whose `recordVersion` is these bytes, which no encoder of ours writes. */
function sealVersion(...encoded: number[]): Uint8Array {
  const payload = encodeCbor(wire)
  const field = 'recordVersion'
  const at = Buffer.from(payload).toString('latin1').indexOf(field) + field.length
  const changed = Uint8Array.of(...payload.slice(0, at), ...encoded, ...payload.slice(at + 1))
  return sealEnvelope(DOMAINS.record, changed, aliceKey)
}

/** The same payload with its first two entries, `form` and `kind`, exchanged. */
function unsorted(): Uint8Array {
  const payload = encodeCbor(wire)
  const [head, form, kind] = [payload.slice(0, 1), payload.slice(1, 12), payload.slice(12, 22)]
  return Uint8Array.of(...head, ...kind, ...form, ...payload.slice(22))
}
