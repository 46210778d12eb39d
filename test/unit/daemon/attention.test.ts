import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { exposedKeys, judgeAttention, type Situation } from '../../../src/daemon/attention.ts'
import { openHome } from '../../../src/daemon/home.ts'
import { createLastRefusal } from '../../../src/daemon/last-refusal.ts'
import { verifyCertificate } from '../../../src/identity/certificate.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { accepted, createTestNetwork } from '../../support/trust-network.ts'

const DAY = 86_400_000

/** A node that is connected and well, in a network of two. */
async function situation(seed: string) {
  const network = createTestNetwork(seed)
  const { log, clock, authority, random } = network
  const keys = [PrivateKey.generate(random), PrivateKey.generate(random)] as const
  const enrolled = []
  for (const [i, { publicKey }] of keys.entries()) {
    const grant = { member: `member-${i}`, node: 'server', groups: [], publicKey }
    enrolled.push(await authority.enroll({ ...grant, method: 'invite', assurance: 1, invite: '' }))
  }
  const certificate = accepted(
    verifyCertificate(enrolled[0]?.certificate ?? assert.fail(), {
      network: log.network,
      authorityKeys: log.state.authorityKeys,
      key: keys[0].publicKey,
      now: clock.now(),
      exclusionOf: () => undefined
    })
  )
  const well: Situation = {
    ...{ log, clock, clockBehindMs: 0, certificate, connected: 1, uptimeMs: 60_000 },
    exposedKeys: [],
    isAuthorityLocked: false,
    lastRefusal: undefined,
    bannedBy: [],
    alarms: [],
    maxAge: { admissionMs: 14 * DAY, sessionMs: 28 * DAY }
  }
  const codes = (change: Partial<Situation> = {}) =>
    judgeAttention({ ...well, ...change }).map(({ code }) => code)
  return { ...network, well, codes, nodeIds: keys.map((key) => nodeIdOf(key.publicKey)) }
}

describe('[SR-USE-1] what a node asks its operator to look at', () => {
  test('is nothing while all is well', async () => {
    const { codes } = await situation('attention-well')
    assert.deepEqual(codes(), [])
  })

  test('is a view that is too old to admit anybody, and what follows', async () => {
    const { codes, well, clock } = await situation('attention-stale')
    const { notAfter } = well.certificate
    const certificate = { ...well.certificate, notAfter: notAfter + 90 * DAY }
    clock.jump(clock.now() + 14 * DAY)
    assert.deepEqual(codes({ certificate }), ['TRUST_VIEW_OLD'])
    clock.jump(clock.now() + 1)
    assert.deepEqual(codes({ certificate }), ['TRUST_STALE'])
    clock.jump(clock.now() + 14 * DAY)
    const [item] = judgeAttention({ ...well, certificate })
    assert.match(item?.message ?? '', /after 28 days .* open connections end\.$/)
  })

  test('is every open alarm that nobody has acknowledged, one line for each code', async () => {
    const { codes, well } = await situation('attention-alarms')
    const alarm = {
      code: 'CERTIFICATE_SUPERSEDED',
      subject: 'a',
      acknowledgedAt: undefined
    } as const
    assert.deepEqual(codes({ alarms: [alarm, { ...alarm, code: 'TRUST_FORK' }] }), [
      'CERTIFICATE_SUPERSEDED',
      'TRUST_FORK'
    ])
    assert.deepEqual(codes({ alarms: [{ ...alarm, acknowledgedAt: 1 }] }), [])
    const [item] = judgeAttention({ ...well, alarms: [alarm, alarm, alarm] })
    assert.match(item?.message ?? '', /: a and 2 more\.$/)
    // What the node sees itself is not said twice.
    const exposed = { exposedKeys: ['node.key'] }
    const twice = { ...alarm, code: 'KEY_FILE_PERMISSIONS' } as const
    assert.deepEqual(codes({ ...exposed, alarms: [twice] }), ['KEY_FILE_PERMISSIONS'])
  })

  test('is its revocation, whether its log says so or only its peers, and nothing that follows', async () => {
    const { codes, authority, nodeIds } = await situation('attention-revoked')
    const lastRefusal = { code: 'CERTIFICATE_REVOKED', by: 'them' } as const
    assert.deepEqual(codes({ connected: 0, lastRefusal }), ['CERTIFICATE_REVOKED'])
    // Our own refusal of somebody else says nothing about us.
    assert.deepEqual(codes({ lastRefusal: { ...lastRefusal, by: 'us' } }), [])
    await authority.revoke({ by: 'node', value: nodeIds[0] ?? '', reason: '' })
    assert.deepEqual(codes({ connected: 0 }), ['CERTIFICATE_REVOKED'])
  })

  test('is a certificate that has passed two thirds of its time, and one that has ended', async () => {
    const { codes, clock, well } = await situation('attention-end')
    const { notBefore, notAfter } = well.certificate
    const fresh = { log: { ...well.log, checkpointAgeMs: () => 0, requireClock() {} } }
    const log = { ...fresh.log, state: well.log.state }
    const late = notBefore + ((notAfter - notBefore) * 2) / 3
    clock.jump(late - 1)
    assert.deepEqual(codes({ log }), [])
    clock.jump(late + 1)
    assert.deepEqual(codes({ log }), ['CERTIFICATE_ENDS_SOON'])
    clock.jump(notAfter + LIMITS.clockSkewMs + 1)
    assert.deepEqual(codes({ log, connected: 0 }), ['CERTIFICATE_EXPIRED'])
  })

  test('says that peers have banned it, also while it has others', async () => {
    const { well } = await situation('attention-banned')
    const [item, ...more] = judgeAttention({ ...well, connected: 3, bannedBy: ['a', 'b'] })
    assert.deepEqual([item?.code, more], ['BANNED_BY_PEERS', []])
    assert.match(item?.message ?? '', /: 2 do\.$/)
  })

  test('is that nobody is connected, with what the last attempt ended in', async () => {
    const { codes, well } = await situation('attention-alone')
    assert.deepEqual(codes({ connected: 0 }), ['NO_PEER_CONNECTED'])
    assert.deepEqual(codes({ connected: 0, uptimeMs: LIMITS.dialMs - 1 }), [])
    const lastRefusal = { code: 'WRONG_NETWORK', by: 'us' } as const
    const [item] = judgeAttention({ ...well, connected: 0, uptimeMs: 0, lastRefusal })
    assert.equal(item?.reason, 'WRONG_NETWORK')
    assert.match(item?.message ?? '', /WRONG_NETWORK/)
    assert.match(item?.remedy ?? '', /of this network/)
  })

  test('is no lack of peers where the network has no other node', async () => {
    const { codes, authority, nodeIds } = await situation('attention-single')
    await authority.revoke({ by: 'node', value: nodeIds[1] ?? '', reason: '' })
    assert.deepEqual(codes({ connected: 0 }), [])
  })

  test('is a view that the authority has not vouched for, and a clock that went back', async () => {
    const { codes, clock } = await situation('attention-view')
    clock.advance(LIMITS.trustViewOldMs + 1)
    assert.deepEqual(codes(), ['TRUST_VIEW_OLD'])
    clock.jump(clock.now() - LIMITS.trustViewOldMs - DAY)
    assert.deepEqual(codes(), ['CERTIFICATE_NOT_YET_VALID', 'CLOCK_BEFORE_GENESIS'])
  })

  test('is a key file that others can read', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'peerage-attention-'))
    const home = openHome(join(directory, 'home'))
    writeFileSync(home.nodeKey, '', { mode: 0o600 })
    assert.deepEqual(exposedKeys(home), [])
    chmodSync(home.nodeKey, 0o640)
    const { codes } = await situation('attention-key')
    assert.deepEqual(codes({ exposedKeys: exposedKeys(home) }), ['KEY_FILE_PERMISSIONS'])
    rmSync(directory, { recursive: true })
  })
})

describe('the last refusal', () => {
  const member = nodeIdOf(
    PrivateKey.generate({ bytes: (n) => new Uint8Array(n).fill(1) }).publicKey
  )
  const stranger = nodeIdOf(
    PrivateKey.generate({ bytes: (n) => new Uint8Array(n).fill(2) }).publicKey
  )
  const told = { code: 'CERTIFICATE_REVOKED', by: 'them', direction: 'outbound' } as const

  test('is what a member said, until anybody admits this node', () => {
    const last = createLastRefusal((nodeId) => nodeId === member)
    last.refused({ ...told, nodeId: member })
    assert.deepEqual(last.current(), { code: 'CERTIFICATE_REVOKED', by: 'them' })
    last.admitted(member)
    assert.equal(last.current(), undefined)
  })

  test('is never what a stranger claims, or what becomes of strangers here', () => {
    const last = createLastRefusal((nodeId) => nodeId === member)
    last.refused({ ...told, nodeId: stranger })
    last.refused({ ...told })
    last.refused({ code: 'PEER_UNCERTIFIED', by: 'us', direction: 'inbound', nodeId: stranger })
    last.refused({ code: 'HANDSHAKE_FAILED', by: 'us', direction: 'inbound' })
    assert.equal(last.current(), undefined)
    last.refused({ code: 'WRONG_NETWORK', by: 'us', direction: 'outbound' })
    assert.deepEqual(last.current(), { code: 'WRONG_NETWORK', by: 'us' })
  })
})
