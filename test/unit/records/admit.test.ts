import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { accept } from '../../../src/encoding/verdict.ts'
import { LIMITS } from '../../../src/limits.ts'
import { type AdmissionRules, admitRecord } from '../../../src/records/admit.ts'
import { BUILT_IN_KINDS, NOTE } from '../../../src/records/built-in-kinds.ts'
import type { VerifiedRecord } from '../../../src/records/record.ts'
import { createWriterRule } from '../../../src/records/writer.ts'
import {
  bobKey,
  kindOf,
  NOW,
  rules,
  sampleRecord,
  strangerKey,
  writers
} from '../../support/sample-record.ts'

interface Case {
  readonly name: string
  readonly record: VerifiedRecord
  readonly rules?: Partial<AdmissionRules>
  readonly expected: string
}

const record = sampleRecord()
const skew = LIMITS.clockSkewMs

const cases: readonly Case[] = [
  { name: 'a note of its owner is admitted', record, expected: 'admitted' },
  {
    name: 'an unknown kind is RECORD_KIND_UNKNOWN',
    record: sampleRecord({ kind: 'unheard-of' }),
    expected: 'RECORD_KIND_UNKNOWN'
  },
  {
    name: '[SR-STO-1] a value of exactly the size its kind allows is admitted',
    record: sampleRecord({ value: new Uint8Array(LIMITS.noteValueBytesMax) }),
    expected: 'admitted'
  },
  {
    name: '[SR-STO-1] a value one byte larger than its kind allows is RECORD_TOO_LARGE',
    record: sampleRecord({ value: new Uint8Array(LIMITS.noteValueBytesMax + 1) }),
    expected: 'RECORD_TOO_LARGE'
  },
  {
    name: '[SR-STO-2] a lifetime longer than that of its kind is RECORD_LIFETIME_TOO_LONG',
    record: sampleRecord({ lifetimeMs: LIMITS.noteLifetimeMs + 1 }),
    expected: 'RECORD_LIFETIME_TOO_LONG'
  },
  {
    name: 'a record dated within the tolerated skew is admitted',
    record: sampleRecord({ storedAt: NOW + skew }),
    expected: 'admitted'
  },
  {
    name: 'a record dated beyond the tolerated skew is RECORD_FROM_FUTURE',
    record: sampleRecord({ storedAt: NOW + skew + 1 }),
    expected: 'RECORD_FROM_FUTURE'
  },
  {
    name: 'a record in the last millisecond of its life is admitted',
    record,
    rules: { now: record.expiresAt - 1 },
    expected: 'admitted'
  },
  {
    name: '[SR-STO-2] a record at the end of its life is RECORD_EXPIRED',
    record,
    rules: { now: record.expiresAt },
    expected: 'RECORD_EXPIRED'
  },
  {
    name: 'a record signed by a node of another member is RECORD_WRITER_DENIED',
    record: sampleRecord({}, bobKey),
    expected: 'RECORD_WRITER_DENIED'
  },
  {
    name: 'a record signed by a key outside the trust log is RECORD_WRITER_UNKNOWN',
    record: sampleRecord({}, strangerKey),
    expected: 'RECORD_WRITER_UNKNOWN'
  },
  {
    name: 'a record whose signer was revoked is RECORD_WRITER_REVOKED',
    record,
    rules: {
      mayWrite: createWriterRule({ ...writers, excludedSince: () => NOW + 1 })
    },
    expected: 'RECORD_WRITER_REVOKED'
  },
  {
    name: '[SR-STO-1] the last record that fits into the quota of its owner is admitted',
    record,
    rules: {
      usage: {
        records: LIMITS.recordsPerOwnerMax - 1,
        bytes: LIMITS.recordBytesPerOwnerMax - record.bytes.length,
        ofKind: NOTE.recordsMax - 1
      }
    },
    expected: 'admitted'
  },
  {
    name: '[SR-STO-1] one record more than an owner may have is RECORD_QUOTA_EXCEEDED',
    record,
    rules: { usage: { records: LIMITS.recordsPerOwnerMax, bytes: 0, ofKind: 0 } },
    expected: 'RECORD_QUOTA_EXCEEDED'
  },
  {
    name: '[SR-STO-1] one record more than the kind grants an owner is RECORD_QUOTA_EXCEEDED',
    record,
    rules: { usage: { records: NOTE.recordsMax, bytes: 0, ofKind: NOTE.recordsMax } },
    expected: 'RECORD_QUOTA_EXCEEDED'
  },
  {
    name: '[SR-STO-1] one byte more than an owner may have is RECORD_QUOTA_EXCEEDED',
    record,
    rules: {
      usage: {
        records: 0,
        bytes: LIMITS.recordBytesPerOwnerMax - record.bytes.length + 1,
        ofKind: 0
      }
    },
    expected: 'RECORD_QUOTA_EXCEEDED'
  }
]

describe('may this record be here?', () => {
  for (const each of cases) {
    test(each.name, () => {
      const verdict = admitRecord(each.record, { ...rules, ...each.rules })
      assert.equal(verdict.ok ? 'admitted' : verdict.fault, each.expected)
    })
  }

  test('the built-in kinds are there without a declaration, under their very names', () => {
    assert.deepEqual(
      BUILT_IN_KINDS.map(({ name, writers: { by } }) => [name, by]),
      [
        ['note', 'owner'],
        ['profile', 'owner'],
        ['service', 'node'],
        ['sealing', 'owner'],
        ['opinions', 'owner']
      ]
    )
    for (const kind of BUILT_IN_KINDS) assert.deepEqual(kindOf(kind.name), accept(kind))
    assert.equal(kindOf('Note').ok, false)
  })
})
