import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PrivateKey } from '../../../../src/crypto/ed25519.ts'
import type { Verdict } from '../../../../src/encoding/verdict.ts'
import { PeerageError } from '../../../../src/errors.ts'
import { parseCertificate } from '../../../../src/identity/certificate.ts'
import { type OpenedInvite, openInvite } from '../../../../src/identity/invite.ts'
import { nodeIdOf } from '../../../../src/identity/node-id.ts'
import { LIMITS } from '../../../../src/limits.ts'
import { openDatabase } from '../../../../src/storage/database.ts'
import type { Authority } from '../../../../src/trust/authority.ts'
import { createTestAuthority, HOUR, type TestAuthority } from '../../../support/front-desk.ts'
import { accepted } from '../../../support/trust-network.ts'

const ORDER = { member: 'bob', node: 'laptop', groups: ['ops'], ttlMs: HOUR }

async function redeem(
  { book, ...test }: TestAuthority,
  { id, secret }: OpenedInvite,
  key: PrivateKey = test.nodeKey()
): Promise<Verdict<Uint8Array>> {
  return await book.redeem({ invite: id, secret, publicKey: key.publicKey })
}

async function faultOf(redeeming: Promise<Verdict<Uint8Array>>): Promise<string> {
  const verdict = await redeeming
  return verdict.ok ? 'accepted' : verdict.fault
}

async function enroll(test: TestAuthority, member: string, node: string): Promise<string> {
  const { publicKey } = test.nodeKey()
  const about = { member, node, groups: [], method: 'test', assurance: 0, invite: '' }
  await test.authority.enroll({ ...about, publicKey })
  return nodeIdOf(publicKey)
}

describe('creating an invite', () => {
  test('[SR-ADM-4] binds it to member, node, groups and an end, and stores no secret', () => {
    const test = createTestAuthority('create')
    const { id, invite, expiresAt } = test.book.create(ORDER)
    const opened = accepted(openInvite(invite, { now: test.clock.now() }))
    assert.equal(opened.id, id)
    assert.equal(opened.network, test.log.network)
    assert.equal(opened.networkName, 'test')
    assert.equal(opened.expiresAt, expiresAt)
    assert.equal(expiresAt, test.clock.now() + HOUR)
    assert.deepEqual(opened.frontDesk, test.frontDesk)
    assert.ok(opened.authorityKey.equals(test.key.publicKey))
    const { items } = test.book.list({ limit: 10 })
    assert.deepEqual(items, [
      {
        id,
        member: 'bob',
        node: 'laptop',
        groups: ['ops'],
        state: 'open',
        createdAt: test.clock.now(),
        expiresAt
      }
    ])
  })

  for (const [what, change] of Object.entries({
    'a member name that is none': { member: 'B o b' },
    'a node name that is none': { node: '' },
    'a group name that is none': { groups: ['a', 'B'] },
    'a group twice': { groups: ['a', 'a'] },
    'no time at all': { ttlMs: 0 },
    'too long a time': { ttlMs: LIMITS.inviteTtlMsMax + 1 },
    'half a millisecond': { ttlMs: HOUR + 0.5 }
  })) {
    test(`with ${what} is INVALID_ARGUMENT and leaves nothing`, () => {
      const { book } = createTestAuthority('arguments')
      assert.throws(() => book.create({ ...ORDER, ...change }), { code: 'INVALID_ARGUMENT' })
      assert.deepEqual(book.list({ limit: 10 }).items, [])
    })
  }

  test('is NODE_NAME_TAKEN while a node of this name is not revoked', async () => {
    const test = createTestAuthority('taken')
    const nodeId = await enroll(test, 'bob', 'laptop')
    const order = { ...ORDER, groups: [] }
    assert.throws(() => test.book.create(order), { code: 'NODE_NAME_TAKEN' })
    await test.authority.revoke({ by: 'node', value: nodeId, reason: '' })
    test.book.create(order)
  })

  test('is ALREADY_REVOKED for a revoked member', async () => {
    const test = createTestAuthority('revoked member')
    await enroll(test, 'bob', 'laptop')
    await test.authority.revoke({ by: 'member', value: 'bob', reason: '' })
    const order = { ...ORDER, node: 'other', groups: [] }
    assert.throws(() => test.book.create(order), { code: 'ALREADY_REVOKED' })
  })

  test('takes the groups of a known member and promises no others', async () => {
    const test = createTestAuthority('groups')
    accepted(await redeem(test, test.invite({ groups: ['ops'], node: 'first' })))
    assert.deepEqual(test.invite({ groups: [], node: 'second' }).groups, ['ops'])
    assert.deepEqual(test.invite({ groups: ['ops'], node: 'second' }).groups, ['ops'])
    assert.throws(() => test.invite({ groups: ['admins'], node: 'second' }), {
      code: 'INVALID_ARGUMENT'
    })
  })

  test('is FRONT_DESK_CLOSED while there is no desk to go to', () => {
    const test = createTestAuthority('closed')
    test.frontDesk = []
    assert.throws(() => test.book.create(ORDER), { code: 'FRONT_DESK_CLOSED' })
  })

  test('[SR-ADM-4] is TOO_MANY_INVITES at the limit of open ones; those past their end do not count', () => {
    const test = createTestAuthority('many')
    for (let i = 0; i < LIMITS.invitesOpenMax; i++) test.invite({ node: `n${i}` })
    assert.throws(() => test.invite({ node: 'more' }), { code: 'TOO_MANY_INVITES' })
    test.clock.advance(HOUR)
    test.invite({ node: 'more' })
  })

  test('[SR-ADM-4] is TOO_MANY_NODES for a member with as many nodes as allowed', async () => {
    const test = createTestAuthority('quota')
    const early = test.invite({ node: 'early' })
    let last = ''
    for (let i = 0; i < LIMITS.nodesPerMemberMax; i++) last = await enroll(test, 'bob', `n${i}`)
    assert.throws(() => test.invite({ node: 'more' }), { code: 'TOO_MANY_NODES' })
    assert.equal(await faultOf(redeem(test, early)), 'TOO_MANY_NODES')
    await test.authority.revoke({ by: 'node', value: last, reason: '' })
    assert.equal(await faultOf(redeem(test, early)), 'accepted')
  })
})

describe('the list of invites', () => {
  test('says of each whether it is open, used, expired or revoked, and by whom it was used', async () => {
    const test = createTestAuthority('list')
    const [open, used, expired, revoked] = [
      test.invite({ node: 'a', ttlMs: 3 * HOUR }),
      test.invite({ node: 'b' }),
      test.invite({ node: 'c' }),
      test.invite({ node: 'd' })
    ]
    const key = test.nodeKey()
    accepted(await redeem(test, used, key))
    await test.book.revoke(revoked.id)
    const usedAt = test.clock.now()
    test.clock.advance(HOUR)
    const { items, nextCursor } = test.book.list({ limit: 10 })
    assert.equal(nextCursor, null)
    assert.deepEqual(
      items.map(({ id, state }) => [id, state]),
      [
        [open.id, 'open'],
        [used.id, 'used'],
        [expired.id, 'expired'],
        [revoked.id, 'revoked']
      ]
    )
    assert.equal(items[1]?.usedBy, nodeIdOf(key.publicKey))
    assert.equal(items[1]?.usedAt, usedAt)
  })

  test('comes in pages', () => {
    const test = createTestAuthority('pages')
    const ids = ['a', 'b', 'c'].map((node) => test.invite({ node }).id)
    const first = test.book.list({ limit: 2 })
    const second = test.book.list({ limit: 2, cursor: first.nextCursor ?? '' })
    assert.deepEqual(
      [...first.items, ...second.items].map(({ id }) => id),
      ids
    )
    assert.equal(second.nextCursor, null)
  })

  test('is INVALID_ARGUMENT for a cursor that is none', () => {
    const { book } = createTestAuthority('cursor')
    for (const cursor of ['', 'x', '-1', '1e3', '9'.repeat(16)]) {
      assert.throws(() => book.list({ limit: 2, cursor }), { code: 'INVALID_ARGUMENT' })
    }
  })
})

describe('revoking an invite', () => {
  test('[SR-ADM-4] makes it useless and says so', async () => {
    const test = createTestAuthority('revoke')
    const invite = test.invite()
    assert.equal((await test.book.revoke(invite.id)).state, 'revoked')
    assert.equal(await faultOf(redeem(test, invite)), 'INVITE_REVOKED')
  })

  test('is INVITE_UNKNOWN, ALREADY_REVOKED or INVITE_USED where there is nothing to revoke', async () => {
    const test = createTestAuthority('nothing')
    await assert.rejects(test.book.revoke('0000000000000000'), { code: 'INVITE_UNKNOWN' })
    const [revoked, used] = [test.invite({ node: 'a' }), test.invite({ node: 'b' })]
    await test.book.revoke(revoked.id)
    await assert.rejects(test.book.revoke(revoked.id), { code: 'ALREADY_REVOKED' })
    accepted(await redeem(test, used))
    await assert.rejects(test.book.revoke(used.id), { code: 'INVITE_USED' })
  })

  test('waits for the enrollment that is under way, which wins', async () => {
    const test = createTestAuthority('race')
    const invite = test.invite()
    const redeeming = redeem(test, invite)
    await assert.rejects(test.book.revoke(invite.id), { code: 'INVITE_USED' })
    accepted(await redeeming)
  })
})

describe('an enrollment that is cut off', () => {
  /** Fails at one point of the enrollment, as a full disk or the end of the process would. */
  function failing(point: 'before' | 'after', error: Error): (authority: Authority) => Authority {
    let isBroken = true
    return (authority) => ({
      ...authority,
      async enroll(enrollment) {
        if (isBroken && point === 'before') {
          isBroken = false
          throw error
        }
        const enrolled = await authority.enroll(enrollment)
        if (isBroken) {
          isBroken = false
          throw error
        }
        return enrolled
      }
    })
  }

  test('leaves the invite usable when the log took nothing', async () => {
    const wrap = failing('before', new PeerageError('STORAGE_FULL'))
    const test = createTestAuthority('full', { wrap })
    const invite = test.invite()
    await assert.rejects(redeem(test, invite), { code: 'STORAGE_FULL' })
    assert.equal(test.book.list({ limit: 1 }).items[0]?.state, 'open')
    accepted(await redeem(test, invite))
  })

  test('leaves the invite usable, by any key, when the process ended before the log was written', async () => {
    const db = openDatabase(':memory:')
    const wrap = failing('before', new Error('killed'))
    const before = createTestAuthority('killed', { db, wrap })
    const invite = before.invite()
    await assert.rejects(redeem(before, invite), /killed/)
    const after = createTestAuthority('killed', { db })
    accepted(await redeem(after, invite))
    assert.equal(await faultOf(redeem(after, invite)), 'INVITE_USED')
  })

  test('[SR-ADM-4] hands the certificate over later, to the same key only, when the process ended after the log was written', async () => {
    const db = openDatabase(':memory:')
    const wrap = failing('after', new Error('killed'))
    const before = createTestAuthority('killed', { db, wrap })
    const invite = before.invite()
    const key = before.nodeKey()
    await assert.rejects(redeem(before, invite, key), /killed/)
    const after = createTestAuthority('killed', { db })
    assert.equal(await faultOf(redeem(after, invite)), 'INVITE_USED')
    const certificate = accepted(parseCertificate(accepted(await redeem(after, invite, key))))
    assert.equal(certificate.serial, after.log.state.nodeInvitedBy(invite.id)?.serial)
    assert.equal(after.log.state.nodes().length, 1)
  })

  test('is STORAGE_DAMAGED when the certificate of the entry is gone', async () => {
    const test = createTestAuthority('gone')
    const invite = test.invite()
    const key = test.nodeKey()
    accepted(await redeem(test, invite, key))
    test.db.exec('DELETE FROM certificates')
    await assert.rejects(redeem(test, invite, key), { code: 'STORAGE_DAMAGED' })
  })

  test('does not keep the next one from its turn', async () => {
    const wrap = failing('before', new Error('once'))
    const test = createTestAuthority('turns', { wrap })
    const [first, second] = [test.invite({ node: 'a' }), test.invite({ node: 'b' })]
    const results = await Promise.allSettled([redeem(test, first), redeem(test, second)])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'fulfilled']
    )
  })
})
