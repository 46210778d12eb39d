import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encode, rfc8949EncodeOptions } from 'cborg'
import { DOMAINS } from '../../../src/crypto/domains.ts'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { sealEnvelope } from '../../../src/crypto/envelope.ts'
import { encodeCbor } from '../../../src/encoding/cbor.ts'
import { LIMITS } from '../../../src/limits.ts'
import { parseCheckpoint } from '../../../src/trust/checkpoint.ts'
import { parseEntry, readStoredEntry } from '../../../src/trust/entry.ts'
import { leafHash } from '../../../src/trust/merkle.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { accepted, TestHistory } from '../../support/trust-network.ts'

const history = new TestHistory('entry')
const { key, network } = history
const nodeId = history.nodeId()
const stamp = { version: 1, network, index: 1, time: 1000 }
const seal = (value: unknown) =>
  sealEnvelope(DOMAINS.trustEntry, encode(value, rfc8949EncodeOptions), key)
const faultOf = (bytes: Uint8Array) => {
  const parsed = parseEntry(bytes)
  return parsed.ok ? undefined : parsed.fault
}

const memberAdded = {
  ...stamp,
  type: 'member-added',
  attributes: {},
  member: 'anna',
  groups: ['staff', 'ops']
}
const nodeEnrolled = {
  ...stamp,
  type: 'node-enrolled',
  member: 'anna',
  node: 'laptop',
  nodeId,
  serial: '0123456789abcdef0123456789abcdef',
  notAfter: 2000,
  method: 'invite',
  assurance: 1,
  invite: '0011223344556677'
}
const revoked = {
  ...stamp,
  type: 'revoked',
  approvals: [],
  target: { by: 'node', value: nodeId },
  reason: 'lost'
}

describe('an entry', () => {
  test('is read with its signer, its bytes and its leaf hash', () => {
    for (const value of [
      memberAdded,
      nodeEnrolled,
      { ...nodeEnrolled, invite: '' },
      revoked,
      { ...revoked, target: { by: 'member', value: 'anna' } },
      { ...revoked, target: { by: 'serial', value: nodeEnrolled.serial } }
    ]) {
      const bytes = seal(value)
      const { entry, signer, hash, bytes: kept } = accepted(parseEntry(bytes))
      assert.deepEqual(entry, value)
      assert.ok(signer.equals(key.publicKey))
      assert.equal(kept, bytes)
      assert.deepEqual(hash, leafHash(bytes))
      assert.deepEqual(accepted(readStoredEntry(bytes, leafHash(bytes))).entry, value)
    }
    assert.equal(accepted(parseEntry(history.genesis.entry)).entry.type, 'genesis')
  })

  const malformed: Record<string, unknown> = {
    'of an unknown type': { ...memberAdded, type: 'member-gone' },
    'of another version': { ...memberAdded, version: 2 },
    'with an unknown field': { ...memberAdded, more: 1 },
    'without a field': { ...stamp, type: 'member-added', attributes: {}, member: 'anna' },
    'of no network': { ...memberAdded, network: '' },
    'of a genesis with a network': { ...memberAdded, type: 'genesis' },
    'with a negative index': { ...memberAdded, index: -1 },
    'with a fractional time': { ...memberAdded, time: 1.5 },
    'with a name that is no label': { ...memberAdded, member: 'Anna' },
    'with a group twice': { ...memberAdded, groups: ['staff', 'staff'] },
    'with too many groups': {
      ...memberAdded,
      groups: Array.from({ length: LIMITS.groupsPerNodeMax + 1 }, (_, i) => `g${i}`)
    },
    'with a node id that is none': { ...nodeEnrolled, nodeId: `${nodeId.slice(0, -1)}0` },
    'with a serial in capitals': { ...nodeEnrolled, serial: nodeEnrolled.serial.toUpperCase() },
    'with an assurance above the limit': { ...nodeEnrolled, assurance: LIMITS.assuranceMax + 1 },
    'with an invite id that is none': { ...nodeEnrolled, invite: 'x' },
    'with a target of two kinds': {
      ...revoked,
      target: { by: 'node', value: nodeId, member: 'a' }
    },
    'with a target that is not of its kind': { ...revoked, target: { by: 'node', value: 'anna' } },
    'with a long reason': {
      ...revoked,
      reason: 'x'.repeat(LIMITS.revocationReasonLengthMax + 1)
    },
    'that is no map': [memberAdded]
  }
  for (const [what, value] of Object.entries(malformed)) {
    test(`${what} is refused with MESSAGE_MALFORMED`, () => {
      assert.equal(faultOf(seal(value)), 'MESSAGE_MALFORMED')
    })
  }

  test('signed for another domain is refused with MESSAGE_MALFORMED', () => {
    const bytes = sealEnvelope(DOMAINS.checkpoint, encodeCbor(memberAdded), key)
    assert.equal(faultOf(bytes), 'MESSAGE_MALFORMED')
    const stored = readStoredEntry(bytes, leafHash(bytes))
    assert.equal(stored.ok ? '' : stored.fault, 'MESSAGE_MALFORMED')
  })

  test('above its limit is refused with MESSAGE_TOO_LARGE before anything is read', () => {
    const bytes = new Uint8Array(LIMITS.trustEntryBytesMax + 1)
    assert.equal(faultOf(bytes), 'MESSAGE_TOO_LARGE')
  })

  test('with the largest allowed content fits the limit', () => {
    const name = (i: number) => `${i}`.padStart(LIMITS.nameLengthMax, 'n')
    const groups = Array.from({ length: LIMITS.groupsPerNodeMax }, (_, i) => name(i))
    const entry = { ...memberAdded, member: name(0), groups, index: 2 ** 53 - 1, time: 2 ** 53 - 1 }
    assert.equal(faultOf(seal(entry)), undefined)
  })

  test('with any bit flipped is refused', () => {
    const bytes = seal(nodeEnrolled)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const copy = Uint8Array.from(bytes)
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.ok(['MESSAGE_MALFORMED', 'SIGNATURE_INVALID'].includes(faultOf(copy) ?? ''))
    }
  })

  test('with bytes missing or left over is refused with MESSAGE_MALFORMED', () => {
    const bytes = seal(memberAdded)
    assert.equal(faultOf(bytes.slice(0, -1)), 'MESSAGE_MALFORMED')
    assert.equal(faultOf(Uint8Array.of(...bytes, 0)), 'MESSAGE_MALFORMED')
    assert.equal(faultOf(new Uint8Array()), 'MESSAGE_MALFORMED')
  })
})

describe('a checkpoint', () => {
  const checkpoint = { version: 1, network, size: 5, root: new Uint8Array(32), time: 1000 }
  const sealed = (value: unknown) => sealEnvelope(DOMAINS.checkpoint, encodeCbor(value), key)
  const fault = (bytes: Uint8Array) => {
    const parsed = parseCheckpoint(bytes)
    return parsed.ok ? undefined : parsed.fault
  }

  test('is read with its signer and its bytes', () => {
    const bytes = sealed(checkpoint)
    const parsed = accepted(parseCheckpoint(bytes))
    assert.deepEqual(parsed.checkpoint, checkpoint)
    assert.ok(parsed.signer.equals(key.publicKey))
    assert.equal(parsed.bytes, bytes)
  })

  test('that breaks its format is refused with CHECKPOINT_MALFORMED', () => {
    for (const wrong of [
      { ...checkpoint, size: 0 },
      { ...checkpoint, root: new Uint8Array(31) },
      { ...checkpoint, network: '' },
      { ...checkpoint, more: 1 },
      { ...checkpoint, version: 2 },
      { ...checkpoint, time: -1 }
    ]) {
      assert.equal(fault(sealed(wrong)), 'CHECKPOINT_MALFORMED')
    }
    assert.equal(fault(seal(checkpoint)), 'CHECKPOINT_MALFORMED')
    assert.equal(fault(new Uint8Array()), 'CHECKPOINT_MALFORMED')
    assert.equal(fault(new Uint8Array(LIMITS.checkpointBytesMax + 1)), 'CHECKPOINT_MALFORMED')
  })

  test('with any bit flipped is refused', () => {
    const bytes = sealed(checkpoint)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const copy = Uint8Array.from(bytes)
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.ok(['CHECKPOINT_MALFORMED', 'SIGNATURE_INVALID'].includes(fault(copy) ?? ''))
    }
  })

  test('under another name of a signer is refused with SIGNATURE_INVALID', () => {
    const other = PrivateKey.generate(seededRandom('other'))
    const bytes = sealed(checkpoint)
    bytes.set(other.publicKey.bytes, 6)
    assert.equal(fault(bytes), 'SIGNATURE_INVALID')
  })
})
