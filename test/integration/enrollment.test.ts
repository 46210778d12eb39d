import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { systemRandom } from '../../src/crypto/random.ts'
import { equalBytes } from '../../src/encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../../src/encoding/cbor.ts'
import { type ErrorCode, toPeerageError } from '../../src/errors.ts'
import { verifyCertificate } from '../../src/identity/certificate.ts'
import type { OpenedInvite } from '../../src/identity/invite.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { silentLogger } from '../../src/log.ts'
import {
  createFrontDeskHost,
  type FrontDeskHost,
  type ServeJoiner
} from '../../src/overlay/front-desk-host.ts'
import {
  createFrontDeskService,
  type Joined,
  joinNetwork
} from '../../src/protocols/enrollment/index.ts'
import { entriesSchema } from '../../src/protocols/enrollment/messages.ts'
import { foregroundScheduler } from '../../src/time/scheduler.ts'
import {
  createTestAuthority,
  HOUR,
  openTestDesk,
  type TestAuthority,
  type TestDesk
} from '../support/front-desk.ts'
import { memoryTrustStore } from '../support/trust-network.ts'

const UNLIMITED = {
  connectionsMax: 1000,
  ratePerAddressPerMinute: 1e6,
  burstPerAddress: 1e6,
  ratePerMinute: 1e6
}

let names = 0
const freshName = () => `n${names++}`

async function join(
  authority: TestAuthority,
  invite: OpenedInvite,
  key = authority.nodeKey()
): Promise<Joined> {
  const { clock } = authority
  return await joinNetwork(
    { key, clock, scheduler: foregroundScheduler, stage: memoryTrustStore },
    invite
  )
}

async function refused(joining: Promise<Joined>, code: ErrorCode): Promise<void> {
  await assert.rejects(joining, { name: 'PeerageError', code })
}

describe('enrollment at the front desk', { timeout: 60_000 }, () => {
  let authority: TestAuthority
  let desk: TestDesk
  before(async () => {
    authority = createTestAuthority('enrollment')
    desk = await openTestDesk(authority, UNLIMITED)
  })
  after(async () => desk.stop())

  const invite = (order: { ttlMs?: number; groups?: string[]; member?: string } = {}) =>
    authority.invite({ node: freshName(), ...order })

  test('[SR-AUTHN-1][SR-ID-3] gives the holder of an invite a certificate for its own key', async () => {
    const opened = invite({ member: 'anna', groups: ['ops'] })
    const key = authority.nodeKey()
    const joined = await join(authority, opened, key)
    const { certificate } = joined
    assert.equal(certificate.member, 'anna')
    assert.equal(certificate.node, opened.node)
    assert.equal(certificate.nodeId, nodeIdOf(key.publicKey))
    assert.equal(certificate.method, 'invite')
    assert.equal(certificate.assurance, 1)
    assert.deepEqual(authority.log.state.member('anna')?.groups, ['ops'])
    const verified = verifyCertificate(certificate.bytes, {
      network: authority.log.network,
      authorityKeys: authority.log.state.authorityKeys,
      key: key.publicKey,
      now: authority.clock.now(),
      exclusionOf: () => undefined
    })
    assert.ok(verified.ok)
    assert.deepEqual(desk.outcomes.at(-1), {
      nodeId: certificate.nodeId,
      ask: 'enroll',
      invite: opened.id,
      code: undefined
    })
  })

  test('brings the trust log, its checkpoints and where to find the overlay', async () => {
    const joined = await join(authority, invite())
    assert.deepEqual([...joined.entries], authority.log.entries(0, authority.log.size))
    assert.deepEqual(joined.head, authority.log.head().bytes)
    assert.deepEqual(joined.genesis, authority.log.genesis().checkpoint)
    assert.deepEqual(joined.addresses, ['/ip4/127.0.0.1/tcp/4001/p2p/overlay'])
    assert.ok(joined.authorityCertificate.length > 0)
  })

  test('brings a log of several pages', async () => {
    for (let i = 0; i < 60; i++) {
      const node = { member: freshName(), node: 'node', method: 'test', assurance: 0 }
      const { publicKey } = authority.nodeKey()
      await authority.authority.enroll({ ...node, groups: [], publicKey, invite: '' })
    }
    const bytes = authority.log.entries(0, authority.log.size).flatMap((entry) => [...entry])
    assert.ok(bytes.length > LIMITS.enrollPageBytesMax)
    const joined = await join(authority, invite())
    assert.deepEqual([...joined.entries], authority.log.entries(0, authority.log.size))
  })

  test('[SR-ADM-4] answers INVITE_USED to a second node', async () => {
    const opened = invite()
    await join(authority, opened)
    await refused(join(authority, opened), 'INVITE_USED')
    assert.equal(desk.outcomes.at(-1)?.code, 'INVITE_USED')
  })

  test('[SR-ADM-4] gives the same node the same certificate again: its answer may have been lost', async () => {
    const opened = invite()
    const key = authority.nodeKey()
    const first = await join(authority, opened, key)
    const { size } = authority.log
    const second = await join(authority, opened, key)
    assert.deepEqual(second.certificate.bytes, first.certificate.bytes)
    assert.equal(authority.log.size, size)
  })

  /** A busy machine misses deadlines; whoever was cut off comes again with the same key. */
  async function joinPatiently(opened: OpenedInvite, key: PrivateKey): Promise<Joined> {
    for (;;) {
      try {
        return await join(authority, opened, key)
      } catch (error) {
        if (toPeerageError(error).code !== 'FRONT_DESK_UNREACHABLE') throw error
      }
    }
  }

  test('[SR-ADM-4] gives exactly one certificate to a hundred nodes that come at once', async () => {
    const opened = invite()
    const before = authority.log.state.nodes().length
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, async () => joinPatiently(opened, authority.nodeKey()))
    )
    const codes = results.map((result) =>
      result.status === 'fulfilled' ? 'enrolled' : result.reason.code
    )
    assert.equal(codes.filter((code) => code === 'enrolled').length, 1)
    assert.equal(codes.filter((code) => code === 'INVITE_USED').length, 99)
    assert.equal(authority.log.state.nodes().length, before + 1)
    const issued = authority.db.prepare('SELECT count(*) AS n FROM certificates').get()
    assert.equal(issued?.['n'], authority.log.state.nodes().length)
  })

  test('[SR-ADM-4] answers INVITE_EXPIRED by the clock of the desk', async () => {
    const opened = invite({ ttlMs: HOUR })
    authority.clock.advance(HOUR)
    await refused(join(authority, opened), 'INVITE_EXPIRED')
  })

  test('[SR-ADM-4] answers INVITE_REVOKED', async () => {
    const opened = invite()
    await authority.book.revoke(opened.id)
    await refused(join(authority, opened), 'INVITE_REVOKED')
  })

  test('[SR-AUTHN-1][SR-ADM-4] refuses an unknown id and a wrong secret alike as INVITE_UNKNOWN', async () => {
    const opened = invite()
    await refused(join(authority, { ...opened, id: '0000000000000000' }), 'INVITE_UNKNOWN')
    const secret = new Uint8Array(32)
    await refused(join(authority, { ...opened, secret }), 'INVITE_UNKNOWN')
    await join(authority, opened)
  })

  test('answers NODE_NAME_TAKEN when the name went to another node meanwhile', async () => {
    const node = freshName()
    const [first, second] = [authority.invite({ node }), authority.invite({ node })]
    await join(authority, first)
    await refused(join(authority, second), 'NODE_NAME_TAKEN')
  })

  test('answers NODE_ALREADY_ENROLLED to a key that was enrolled by another invite', async () => {
    const key = authority.nodeKey()
    await join(authority, invite(), key)
    await refused(join(authority, invite(), key), 'NODE_ALREADY_ENROLLED')
  })

  test('answers CERTIFICATE_REVOKED to a revoked node that comes again', async () => {
    const opened = invite()
    const key = authority.nodeKey()
    const { certificate } = await join(authority, opened, key)
    await authority.authority.revoke({ by: 'node', value: certificate.nodeId, reason: '' })
    await refused(join(authority, opened, key), 'CERTIFICATE_REVOKED')
    await refused(join(authority, opened), 'INVITE_USED')
  })

  test('[SR-ID-2] never lets the private key, or anything made of it but signatures, out', async () => {
    const key = PrivateKey.generate(systemRandom)
    const joined = await join(authority, invite(), key)
    const seed = Buffer.from(key.exportSeed())
    for (const bytes of [joined.certificate.bytes, ...joined.entries, joined.head]) {
      assert.equal(Buffer.from(bytes).includes(seed), false)
    }
    const stored = authority.db.prepare('SELECT bytes FROM certificates').all()
    assert.ok(stored.length > 0)
    for (const row of stored) {
      assert.equal(Buffer.from(row['bytes'] as Uint8Array).includes(seed), false)
    }
  })

  test('keeps no secret of an invite on disk', () => {
    const opened = invite()
    const [row] = authority.db.prepare('SELECT * FROM invites ORDER BY place DESC LIMIT 1').all()
    assert.equal(row?.['id'], opened.id)
    for (const value of Object.values(row ?? {})) {
      assert.ok(!(value instanceof Uint8Array && equalBytes(value, opened.secret)))
    }
  })
})

describe('finding the front desk', { timeout: 60_000 }, () => {
  let authority: TestAuthority
  let desk: TestDesk
  before(async () => {
    authority = createTestAuthority('finding')
    desk = await openTestDesk(authority, UNLIMITED)
  })
  after(async () => desk.stop())

  const invite = () => authority.invite({ node: freshName() })
  /** Nothing listens on port 1. */
  const nobody = () => authority.frontDesk.map((a) => a.replace(/tcp\/\d+/, 'tcp/1'))

  test('is FRONT_DESK_UNREACHABLE, with every address tried, when nobody answers', async () => {
    const opened = { ...invite(), frontDesk: nobody() }
    await assert.rejects(join(authority, opened), {
      code: 'FRONT_DESK_UNREACHABLE',
      details: { tried: [{ address: opened.frontDesk[0], code: 'PEER_UNREACHABLE' }] }
    })
  })

  test('goes on to the next address of the invite', async () => {
    const opened = invite()
    await join(authority, { ...opened, frontDesk: [...nobody(), ...opened.frontDesk] })
  })

  test('is FRONT_DESK_UNREACHABLE when somebody else answers under the address', async () => {
    const id = nodeIdOf(authority.nodeKey().publicKey)
    const frontDesk = authority.frontDesk.map((a) => a.replace(/p2p\/.*/, `p2p/${id}`))
    await assert.rejects(join(authority, { ...invite(), frontDesk }), {
      code: 'FRONT_DESK_UNREACHABLE',
      details: { tried: [{ address: frontDesk[0], code: 'HANDSHAKE_FAILED' }] }
    })
  })

  test('is INVITE_WRONG_NETWORK, within the handshake, when the desk is of another network', async () => {
    const other = createTestAuthority('another')
    const opened = { ...other.invite(), frontDesk: authority.frontDesk }
    const heard = desk.outcomes.length
    await refused(join(authority, opened), 'INVITE_WRONG_NETWORK')
    assert.equal(desk.outcomes.length, heard)
  })

  test('is FRONT_DESK_UNREACHABLE for an address that nobody can dial', async () => {
    const frontDesk = [
      '/ip4/127.0.0.1/udp/1/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'
    ]
    await assert.rejects(join(authority, { ...invite(), frontDesk }), {
      code: 'FRONT_DESK_UNREACHABLE',
      details: { tried: [{ address: frontDesk[0], code: 'ADDRESS_INVALID' }] }
    })
  })

  test('ends with the reason of the caller who goes away', async () => {
    const gone = new Error('gone')
    const { clock } = authority
    const components = {
      ...{ key: authority.nodeKey(), clock, scheduler: foregroundScheduler },
      stage: memoryTrustStore
    }
    const signal = AbortSignal.abort(gone)
    await assert.rejects(joinNetwork(components, invite(), { signal }), gone)
  })
})

describe('a front desk that misbehaves', { timeout: 60_000 }, () => {
  let authority: TestAuthority
  const hosts: FrontDeskHost[] = []
  before(() => {
    authority = createTestAuthority('misbehaves')
  })
  after(async () => {
    for (const host of hosts) await host.stop()
  })

  /** A desk with the right key and prologue that serves as the test wants. */
  async function open(serve: ServeJoiner): Promise<void> {
    const { clock, log } = authority
    const host = await createFrontDeskHost(
      {
        key: authority.nodeKey(),
        network: log.network,
        clock,
        scheduler: foregroundScheduler,
        logger: silentLogger,
        serve
      },
      { listen: ['/ip4/127.0.0.1/tcp/0'], ...UNLIMITED }
    )
    hosts.push(host)
    await host.start()
    authority.frontDesk = host.addresses()
  }

  const service = () =>
    createFrontDeskService(
      {
        book: authority.book,
        log: authority.log,
        clock: authority.clock,
        scheduler: foregroundScheduler,
        logger: silentLogger,
        renewLate: async () => ({ ok: false, fault: 'CERTIFICATE_EXPIRED' }),
        authorityCertificate: () => authority.authority.certificate(),
        addresses: () => []
      },
      UNLIMITED
    )

  const invite = () => authority.invite({ node: freshName() })
  const never = new AbortController().signal
  const answer = (bytes: Uint8Array): ServeJoiner => {
    return async (channel) => {
      await channel.read(never)
      await channel.write(bytes, never)
    }
  }

  test('[SR-ADM-4] costs a retry when it is cut off after the enrollment and before the answer', async () => {
    const serve = service()
    let isCut = false
    await open(async (channel, joiner) => {
      if (isCut) return await serve(channel, joiner)
      isCut = true
      const deaf = { ...channel, write: async () => assert.fail('cut') }
      await serve(deaf, joiner)
    })
    const opened = invite()
    const frontDesk = [...opened.frontDesk, ...opened.frontDesk]
    const { size } = authority.log
    const { certificate } = await join(authority, { ...opened, frontDesk })
    assert.equal(certificate.node, opened.node)
    assert.equal(authority.log.state.nodes().length, 1)
    assert.equal(authority.log.size, size + 2)
  })

  test('is FRONT_DESK_UNREACHABLE with TIMEOUT when it says nothing', async () => {
    const over = Promise.withResolvers<void>()
    await open(async () => over.promise)
    const { clock } = authority
    const components = {
      ...{ key: authority.nodeKey(), clock, scheduler: foregroundScheduler },
      stage: memoryTrustStore
    }
    const opened = invite()
    await assert.rejects(joinNetwork(components, opened, { stepMs: 20 }), {
      code: 'FRONT_DESK_UNREACHABLE',
      details: { tried: [{ address: opened.frontDesk[0], code: 'TIMEOUT' }] }
    })
    over.resolve()
  })

  for (const [what, code, serve] of [
    ['ends at once', 'FRONT_DESK_UNREACHABLE', async () => {}],
    ['answers garbage', 'MESSAGE_MALFORMED', answer(new Uint8Array(9).fill(0xa5))],
    ['answers with other fields', 'MESSAGE_MALFORMED', answer(encodeCbor({ status: 0 }))],
    [
      'answers more than it may',
      'MESSAGE_TOO_LARGE',
      answer(new Uint8Array(LIMITS.enrollResponseBytesMax + 1))
    ],
    [
      'refuses for a reason of a later version',
      'PROTOCOL_UNSUPPORTED',
      answer(encodeCbor({ status: 999_999 }))
    ]
  ] as const) {
    test(`is ${code} when it ${what}`, async () => {
      await open(serve)
      await refused(join(authority, invite()), code)
    })
  }

  test('is refused when it sends more entries than its checkpoint counts, or none', async () => {
    for (const extra of [[new Uint8Array(1)], 'none'] as const) {
      const serve = service()
      await open(async (channel, joiner) => {
        const write: typeof channel.write = async (message, signal) => {
          const page = decodeCbor(message, entriesSchema, LIMITS.enrollResponseBytesMax)
          if (!page.ok) return await channel.write(message, signal)
          const entries = extra === 'none' ? [] : [...page.value.entries, ...extra]
          await channel.write(encodeCbor({ ...page.value, entries }), signal)
        }
        await serve({ ...channel, write }, joiner)
      })
      await refused(join(authority, invite()), 'MESSAGE_MALFORMED')
    }
  })
})
