import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { type ERRORS, PeerageError } from '../../../src/errors.ts'
import { parseCertificate, verifyCertificate } from '../../../src/identity/certificate.ts'
import { issueCertificate } from '../../../src/identity/certificate-issue.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { createAuthority, type Enrollment } from '../../../src/trust/authority.ts'
import { createGenesis } from '../../../src/trust/genesis.ts'
import { TrustLog } from '../../../src/trust/trust-log.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { accepted, createTestNetwork } from '../../support/trust-network.ts'

const keys = seededRandom('nodes')
const newKey = () => PrivateKey.generate(keys).publicKey

function enrollment(fields: Partial<Enrollment> = {}): Enrollment {
  return {
    member: 'anna',
    groups: [],
    node: 'laptop',
    publicKey: newKey(),
    method: 'invite',
    assurance: 1,
    invite: '',
    ...fields
  }
}

const code = (expected: keyof typeof ERRORS) => (error: unknown) =>
  error instanceof PeerageError && error.code === expected

describe('a new network', () => {
  test('is named by its genesis and differs from every other one', () => {
    const clock = new FakeTime()
    const random = seededRandom('genesis')
    const key = PrivateKey.generate(random)
    const one = createGenesis({ name: 'test', key, clock, random })
    const two = createGenesis({ name: 'test', key, clock, random })
    assert.notEqual(one.network, two.network)
    assert.throws(
      () => createGenesis({ name: 'Not A Name', key, clock, random }),
      code('INVALID_ARGUMENT')
    )
  })
})

describe('the authority', () => {
  test('enrolls a node of a new member: two entries, one checkpoint, one certificate', async () => {
    const { authority, log, network, key, clock } = createTestNetwork('enroll')
    const publicKey = newKey()
    const { certificate, serial, index } = await authority.enroll(
      enrollment({ groups: ['staff'], publicKey, invite: '0123456789abcdef' })
    )
    assert.equal(index, 2)
    assert.equal(log.size, 3)
    const node = log.state.node(nodeIdOf(publicKey))
    assert.deepEqual(log.state.groupsOf(node?.member ?? ''), ['staff'])
    assert.equal(node?.invite, '0123456789abcdef')
    const verified = accepted(
      verifyCertificate(certificate, {
        network,
        authorityKeys: log.state.authorityKeys,
        key: publicKey,
        now: clock.now(),
        exclusionOf: (c) => log.state.exclusionOf(c)
      })
    )
    assert.equal(verified.serial, serial)
    assert.equal(node?.serial, serial)
    assert.equal(node?.notAfter, verified.notAfter)
    assert.equal(verified.notBefore, clock.now() - LIMITS.certificateBackdateMs)
    assert.equal(verified.notAfter, clock.now() + LIMITS.certificateLifetimeMs)
    assert.ok(log.head().signer.equals(key.publicKey))
  })

  test('what it writes is taken over by a newcomer', async () => {
    const { authority, log, newcomer } = createTestNetwork('newcomer')
    await authority.enroll(enrollment())
    await authority.revoke({ by: 'member', value: 'anna', reason: 'left' })
    const copy = newcomer()
    accepted(copy.advance({ checkpoint: log.head().bytes, entries: log.entries(1, log.size) }))
    assert.deepEqual(copy.state.members(), log.state.members())
  })

  test('a hundred calls at once append one consistent log', { timeout: 30_000 }, async () => {
    const { authority, log, store, clock } = createTestNetwork('parallel')
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) =>
        i % 10 === 9
          ? authority.revoke({ by: 'member', value: `m${i - 9}`, reason: '' })
          : authority.enroll(enrollment({ member: `m${i - (i % 10)}`, node: `n${i % 4}` }))
      )
    )
    const refused = results.filter((result) => result.status === 'rejected')
    assert.ok(refused.every((result) => code('NODE_NAME_TAKEN')(result.reason)))
    assert.equal(refused.length, 50)
    assert.equal(log.state.nodes().length, 40)
    assert.equal(log.state.liveNodes().length, 0)
    assert.equal(log.size, 1 + 10 + 40 + 10)
    assert.deepEqual(TrustLog.load(store, { clock }).state.nodes(), log.state.nodes())
  })

  test('an invite enrolls one node, however many ask at once', async () => {
    const { authority, log } = createTestNetwork('invite')
    const invite = '0123456789abcdef'
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => authority.enroll(enrollment({ node: `n${i}`, invite })))
    )
    const refused = results.filter((result) => result.status === 'rejected')
    assert.equal(refused.length, 19)
    assert.ok(refused.every((result) => code('INVITE_USED')(result.reason)))
    assert.equal(log.state.nodes().length, 1)
  })

  test('refuses an enrollment that breaks a rule with its own code, and logs nothing', async () => {
    const { authority, log } = createTestNetwork('rules')
    const publicKey = newKey()
    await authority.enroll(enrollment({ publicKey, groups: ['staff', 'ops'] }))
    await authority.enroll(enrollment({ member: 'ben' }))
    await authority.revoke({ by: 'member', value: 'ben', reason: '' })
    const { size } = log
    const refused = async (fields: Partial<Enrollment>, expected: keyof typeof ERRORS) =>
      await assert.rejects(authority.enroll(enrollment(fields)), code(expected))
    await refused({}, 'NODE_NAME_TAKEN')
    await refused({ node: 'phone', publicKey }, 'NODE_ALREADY_ENROLLED')
    await refused({ member: 'ben', node: 'phone' }, 'ALREADY_REVOKED')
    await refused({ member: 'No Name' }, 'INVALID_ARGUMENT')
    await refused({ node: 'UPPER' }, 'INVALID_ARGUMENT')
    await refused({ node: 'phone', method: '' }, 'INVALID_ARGUMENT')
    await refused({ node: 'phone', assurance: 1000 }, 'INVALID_ARGUMENT')
    await refused({ node: 'phone', groups: ['admin'] }, 'INVALID_ARGUMENT')
    await refused({ member: 'carl', groups: ['a', 'a'] }, 'INVALID_ARGUMENT')
    await refused({ member: 'carl', groups: ['NO'] }, 'INVALID_ARGUMENT')
    assert.equal(log.size, size)
    await authority.enroll(enrollment({ node: 'phone', groups: ['ops', 'staff'] }))
    await authority.enroll(enrollment({ node: 'tablet' }))
  })

  test('revokes by serial, node and member, each once', async () => {
    const { authority, log } = createTestNetwork('revoke')
    const [laptop, phone] = [newKey(), newKey()]
    const { serial } = await authority.enroll(enrollment({ publicKey: laptop }))
    await authority.enroll(enrollment({ node: 'phone', publicKey: phone }))
    const revoke = (by: 'serial' | 'node' | 'member', value: string) =>
      authority.revoke({ by, value, reason: 'test' })
    await revoke('serial', serial)
    await assert.rejects(revoke('serial', serial), code('ALREADY_REVOKED'))
    await revoke('node', nodeIdOf(phone))
    await assert.rejects(revoke('node', nodeIdOf(phone)), code('ALREADY_REVOKED'))
    assert.deepEqual(log.state.liveNodes(), [])
    assert.deepEqual(await revoke('member', 'anna'), { index: 6 })
    await assert.rejects(revoke('member', 'anna'), code('ALREADY_REVOKED'))
    await assert.rejects(revoke('member', 'ben'), code('MEMBER_UNKNOWN'))
    await assert.rejects(revoke('node', nodeIdOf(newKey())), code('NODE_UNKNOWN'))
    await assert.rejects(revoke('node', 'anna'), code('INVALID_ARGUMENT'))
    await assert.rejects(revoke('serial', '0'.repeat(32)), code('CERTIFICATE_NOT_IN_LOG'))
    const reason = 'x'.repeat(LIMITS.revocationReasonLengthMax + 1)
    await assert.rejects(
      authority.revoke({ by: 'member', value: 'anna', reason }),
      code('INVALID_ARGUMENT')
    )
  })

  test('signs its head again without a new entry', () => {
    const { authority, log, clock } = createTestNetwork('resign')
    const before = log.head()
    clock.advance(60_000)
    assert.equal(log.checkpointAgeMs(), 60_000)
    const head = authority.resign()
    assert.equal(log.head(), head)
    assert.equal(log.checkpointAgeMs(), 0)
    assert.equal(log.size, 1)
    assert.deepEqual(head.checkpoint.root, before.checkpoint.root)
    assert.equal(authority.resign(), head)
  })

  test('a clock set back a little stops nothing, further back it is CLOCK_BACKWARD', async () => {
    const { authority, log, clock } = createTestNetwork('clock')
    clock.advance(3_600_000)
    await authority.enroll(enrollment())
    const { time } = log.head().checkpoint
    clock.jump(time - 1000)
    await authority.enroll(enrollment({ node: 'phone' }))
    assert.equal(log.head().checkpoint.time, time)
    clock.jump(time - LIMITS.clockSkewMs - 1)
    await assert.rejects(authority.enroll(enrollment({ node: 'tablet' })), code('CLOCK_BACKWARD'))
  })

  test('a certificate that cannot be issued leaves nothing in the log, and the next call works', async () => {
    const network = createTestNetwork('issue')
    let fails = true
    const authority = createAuthority({
      ...network,
      key: () => network.key,
      issue: async () => {
        if (fails) throw new PeerageError('INTERNAL')
        return new Uint8Array(3)
      },
      issueAuthority: async () => new Uint8Array()
    })
    await assert.rejects(authority.enroll(enrollment()), code('INTERNAL'))
    fails = false
    await assert.rejects(authority.enroll(enrollment()), code('CERTIFICATE_MALFORMED'))
    assert.equal(network.log.size, 1)
    await network.authority.enroll(enrollment())
  })

  test('shows a certificate of its own that no node can use', async () => {
    const { authority } = createTestNetwork('own')
    const parsed = parseCertificate(await authority.certificate())
    assert.equal(parsed.ok ? '' : parsed.fault, 'CERTIFICATE_IS_AUTHORITY')
  })

  test('does nothing with a key that is none of the network', async () => {
    const network = createTestNetwork('key')
    const stranger = PrivateKey.generate(keys)
    const authority = createAuthority({
      ...network,
      key: () => stranger,
      issue: async () => new Uint8Array(),
      issueAuthority: async () => new Uint8Array()
    })
    await assert.rejects(authority.enroll(enrollment()), code('AUTHORITY_ABSENT'))
    await assert.rejects(authority.certificate(), code('AUTHORITY_ABSENT'))
    assert.throws(() => authority.resign(), code('AUTHORITY_ABSENT'))
    assert.equal(network.log.size, 1)
  })

  test('lets what is under way end before its key may be wiped', async () => {
    const network = createTestNetwork('settled')
    const held = Promise.withResolvers<void>()
    const authority = createAuthority({
      ...network,
      key: () => network.key,
      issue: async (request) => {
        await held.promise
        return await issueCertificate(request)
      },
      issueAuthority: async () => new Uint8Array()
    })
    const enrolling = authority.enroll(enrollment())
    const wiped = authority.settled().then(() => network.key.wipe())
    held.resolve()
    await enrolling
    await wiped
    assert.equal(network.log.size, 3)
    await assert.rejects(authority.enroll(enrollment({ node: 'late' })), /wiped/)
  })
})
