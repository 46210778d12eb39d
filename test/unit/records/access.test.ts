import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { admitRecord } from '../../../src/records/admit.ts'
import { NOTE } from '../../../src/records/built-in-kinds.ts'
import { createKindOf, type Kind } from '../../../src/records/kind.ts'
import { recordLocation, recordPlace } from '../../../src/records/location.ts'
import { defaultOwner, ownerSchema } from '../../../src/records/owner.ts'
import { admitReader } from '../../../src/records/reader.ts'
import { createWriterRule } from '../../../src/records/writer.ts'
import {
  aliceKey,
  bobKey,
  NOW,
  sampleKey,
  sampleRecord,
  strangerKey,
  writers
} from '../../support/sample-record.ts'

const authorityKey = sampleKey(50)
const GROUPS: Readonly<Record<string, readonly string[]>> = { alice: ['ops'], bob: ['dev'] }

function kind(change: Partial<Kind>): Kind {
  return { ...NOTE, name: 'offer', ...change }
}

/** What becomes of a record of `owner` signed with `key`, in a network that declares this kind. */
function judge(
  declaration: Kind,
  { owner, key, storedAt = NOW }: { owner: string; key: PrivateKey; storedAt?: number },
  init: { groups?: typeof GROUPS; since?: number; retiredAt?: number } = {}
): string {
  const { groups = GROUPS, since, retiredAt } = init
  const mayWrite = createWriterRule({
    ...writers,
    groupsOf: (member) => groups[member] ?? [],
    excludedSince: () => since,
    isAuthority: (signer) => signer === nodeIdOf(authorityKey.publicKey)
  })
  const kindOf = createKindOf((name) =>
    name === declaration.name ? { declaration, retiredAt } : undefined
  )
  const record = sampleRecord({ kind: declaration.name, owner, storedAt }, key)
  const verdict = admitRecord(record, { now: NOW, kindOf, mayWrite })
  return verdict.ok ? 'admitted' : verdict.fault
}

const owner = kind({ writers: { by: 'owner' } })
const node = kind({ writers: { by: 'node' } })
const group = kind({ writers: { by: 'groups', names: ['ops', 'admins'] } })
const listed = kind({ writers: { by: 'members', names: ['alice', 'carol'] } })
const authority = kind({ writers: { by: 'authority' } })
const dictionary = (of: Kind) => ({ ...of, model: 'dictionary' as const })

type Case = readonly [what: string, of: Kind, owner: string, key: PrivateKey, expected: string]

const DENIED = 'RECORD_WRITER_DENIED'
const cases: readonly Case[] = [
  ['owner: a node of the member', owner, 'alice', aliceKey, 'admitted'],
  ['owner: a node of another member', owner, 'alice', bobKey, DENIED],
  ['owner: under the name of its node', owner, 'alice/desk', aliceKey, DENIED],
  ['owner: a stranger', owner, 'alice', strangerKey, 'RECORD_WRITER_UNKNOWN'],
  ['owner: the authority is no owner', owner, 'alice', authorityKey, 'RECORD_WRITER_UNKNOWN'],
  ['node: the very node', node, 'alice/desk', aliceKey, 'admitted'],
  ['node: another node of the member', node, 'alice/phone', aliceKey, DENIED],
  ['node: a node of that name of another member', node, 'alice/desk', bobKey, DENIED],
  ['node: the member as a whole', node, 'alice', aliceKey, DENIED],
  ['group: a member of it', group, 'ops', aliceKey, 'admitted'],
  ['group: a member of no group on the list', group, 'ops', bobKey, DENIED],
  ['group: a member of another group on the list', group, 'admins', aliceKey, DENIED],
  ['group: under the own name, which is no group', group, 'alice', aliceKey, DENIED],
  ['group, dictionary: the own entry', dictionary(group), 'alice', aliceKey, 'admitted'],
  ['group, dictionary: the entry of another', dictionary(group), 'bob', aliceKey, DENIED],
  ['group, dictionary: outside of it', dictionary(group), 'bob', bobKey, DENIED],
  ['members: a listed one', listed, 'alice', aliceKey, 'admitted'],
  ['members: a listed one for another listed one', listed, 'carol', aliceKey, 'admitted'],
  ['members: for one that is not listed', listed, 'bob', aliceKey, DENIED],
  ['members: one that is not listed', listed, 'alice', bobKey, DENIED],
  ['members, dictionary: the own entry', dictionary(listed), 'alice', aliceKey, 'admitted'],
  ['members, dictionary: of another', dictionary(listed), 'carol', aliceKey, DENIED],
  ['authority: its key, about anybody', authority, 'bob', authorityKey, 'admitted'],
  ['authority: a member about itself', authority, 'bob', bobKey, DENIED]
]

describe('who may write', () => {
  for (const [what, of, whose, key, expected] of cases) {
    test(`[SR-AC-1] ${what}: ${expected}`, () => {
      assert.equal(judge(of, { owner: whose, key }), expected)
    })
  }

  test('[SR-AC-1] an unknown and a retired kind are refused by name', () => {
    const record = { owner: 'alice', key: aliceKey }
    assert.equal(judge(owner, record, { retiredAt: NOW }), 'RECORD_KIND_RETIRED')
    const kindOf = createKindOf(() => undefined)
    assert.deepEqual(kindOf('offer'), {
      ok: false,
      fault: 'RECORD_KIND_UNKNOWN',
      detail: { kind: 'offer' }
    })
  })

  test('[SR-AC-1] a group that is lost ends the right at once', () => {
    const record = { owner: 'ops', key: aliceKey }
    assert.equal(judge(group, record), 'admitted')
    assert.equal(judge(group, record, { groups: {} }), DENIED)
  })

  test('a revoked writer: a kind drops its records, or keeps what was signed before', () => {
    const record = { owner: 'alice', key: aliceKey }
    const keeping = kind({ ofRevoked: 'keep' })
    assert.equal(judge(owner, record, { since: NOW + 1 }), 'RECORD_WRITER_REVOKED')
    assert.equal(judge(keeping, record, { since: NOW + 1 }), 'admitted')
    assert.equal(judge(keeping, record, { since: NOW }), 'RECORD_WRITER_REVOKED')
  })

  test('a kind of the trust log goes before the built-in one of its name', () => {
    const small = { ...NOTE, valueBytesMax: 1 }
    assert.equal(judge(small, { owner: 'alice', key: aliceKey }), 'RECORD_TOO_LARGE')
  })
})

describe('whose record is meant when nobody is named', () => {
  const alice = { member: 'alice', node: 'desk', groups: ['ops'] }
  const bob = { member: 'bob', node: 'desk', groups: [] }
  test('the member, the node, the only group, or the listed member itself', () => {
    assert.equal(defaultOwner(owner, alice), 'alice')
    assert.equal(defaultOwner(node, alice), 'alice/desk')
    assert.equal(defaultOwner(group, alice), 'ops')
    assert.equal(defaultOwner(listed, alice), 'alice')
    assert.equal(defaultOwner(dictionary(group), alice), 'alice')
  })

  test('for a reader the only name there is, and nothing where there are several', () => {
    assert.equal(defaultOwner(kind({ writers: { by: 'groups', names: ['ops'] } }), bob), 'ops')
    assert.equal(defaultOwner(group, bob), undefined)
    assert.equal(defaultOwner(listed, bob), undefined)
    assert.equal(defaultOwner(authority, bob), undefined)
    const both = { ...alice, groups: ['ops', 'admins'] }
    assert.equal(defaultOwner(group, both), undefined)
  })

  test('an owner is one name, or two with a slash', () => {
    const long = 'a'.repeat(63)
    for (const text of ['alice', 'a/b', `${long}/${long}`]) {
      assert.ok(ownerSchema.safeParse(text).success, text)
    }
    for (const text of ['', '/', 'a/', '/b', 'a/b/c', 'A', 'a b', `${long}a/${long}`]) {
      assert.ok(!ownerSchema.safeParse(text).success, text)
    }
  })
})

describe('who may read', () => {
  const alice = { member: 'alice', node: 'desk', groups: ['ops'] }
  const bob = { member: 'bob', node: 'desk', groups: ['dev'] }
  const read = (of: Kind, whose: string | undefined, who: typeof alice | undefined) => {
    const verdict = admitReader(of, whose, who)
    return verdict.ok ? 'given' : verdict.fault
  }

  test('the network, a group, listed members', () => {
    assert.equal(read(owner, 'alice', bob), 'given')
    const ofGroup = kind({ readers: { by: 'groups', names: ['dev'] } })
    assert.equal(read(ofGroup, 'carol', bob), 'given')
    assert.equal(read(ofGroup, 'carol', alice), 'RECORD_READER_DENIED')
    const ofMembers = kind({ readers: { by: 'members', names: ['bob'] } })
    assert.equal(read(ofMembers, 'carol', bob), 'given')
    assert.equal(read(ofMembers, 'carol', alice), 'RECORD_READER_DENIED')
    assert.equal(read(ofMembers, 'carol', undefined), 'RECORD_READER_DENIED')
  })

  test('whoever may write, what it may write', () => {
    const readers = { by: 'members', names: ['bob'] } as const
    assert.equal(read({ ...owner, readers }, 'alice', alice), 'given')
    assert.equal(read({ ...node, readers }, 'alice/phone', alice), 'given')
    assert.equal(read({ ...group, readers }, 'ops', alice), 'given')
    assert.equal(read({ ...authority, readers }, 'alice', alice), 'RECORD_READER_DENIED')
    assert.equal(read({ ...owner, readers }, undefined, alice), 'RECORD_READER_DENIED')
  })
})

describe('the place of a record', () => {
  const key = { ...sampleRecord(), name: 'coffee' }
  test('is its location, and for the entries of a dictionary one that they share', () => {
    assert.deepEqual(recordPlace(key, owner), recordLocation(key))
    const entries = ['alice', 'bob'].map((whose) =>
      recordPlace({ ...key, owner: whose }, dictionary(group))
    )
    assert.deepEqual(entries[0], entries[1])
    assert.notDeepEqual(entries[0], recordLocation(key))
    assert.notDeepEqual(recordPlace({ ...key, name: 'tea' }, dictionary(group)), entries[0])
  })
})
