import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as settle } from 'node:timers/promises'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { accept, refuse } from '../../../src/encoding/verdict.ts'
import { type ErrorCode, PeerageError } from '../../../src/errors.ts'
import {
  parseCertificate,
  type VerifiedCertificate,
  verifyCertificate
} from '../../../src/identity/certificate.ts'
import {
  issueAuthorityCertificate,
  issueCertificate
} from '../../../src/identity/certificate-issue.ts'
import { generationOf } from '../../../src/identity/certificate-profile.ts'
import { type NodeId, nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import {
  answerRenewal,
  createRenewal,
  type Renewal,
  type RenewalDesk
} from '../../../src/protocols/renewal/index.ts'
import { CERTIFICATE, RENEWAL } from '../../../src/protocols/renewal/messages.ts'
import { createCertificateStore, recordIssued } from '../../../src/storage/certificate-store.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createAuthority, keyStep, prepareKey } from '../../../src/trust/authority.ts'
import { MemoryNetwork, type MemoryOverlay } from '../../support/memory-overlay.ts'
import { accepted, createTestNetwork } from '../../support/trust-network.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

interface TestNode {
  readonly nodeId: NodeId
  readonly renewal: Renewal
  readonly overlay: MemoryOverlay
  certificate(): VerifiedCertificate
  readonly renewed: VerifiedCertificate[]
  /** Serials that peers have shown to this node on open connections. */
  readonly shown: Map<NodeId, string>
  /** Why this node takes none of them. */
  refusing: ErrorCode | undefined
  /** The same key and certificate in a second place. */
  copy(): TestNode
}

/** An authority and members with the renewal service each, in fake time. */
async function createScene(seed: string) {
  const { log, key, clock, random } = createTestNetwork(seed)
  const held = [key]
  const certificates = createCertificateStore(openDatabase(':memory:'))
  const authority = createAuthority({
    ...{ log, clock, random },
    key: () => held.find(({ publicKey }) => log.state.isSigningKey(publicKey)) ?? key,
    issue: recordIssued(issueCertificate, certificates, clock),
    issueAuthority: issueAuthorityCertificate
  })
  const memory = new MemoryNetwork()
  const alarms: { nodeId: NodeId; shown: string }[] = []

  const desk: RenewalDesk = {
    ...{ log, authority, certificates, clock, closed: () => undefined },
    frontDesk: () => ['/ip4/192.0.2.1/tcp/1'],
    onTwoLineages: (nodeId, shown) => void alarms.push({ nodeId, shown })
  }
  /** What the front desk would answer. */
  const renewLate = async (node: TestNode, graceMs: number, at: RenewalDesk = desk) =>
    await answerRenewal(at, node.certificate().bytes, node.nodeId, graceMs)

  function verify(der: Uint8Array, nodeKey: PrivateKey): VerifiedCertificate {
    return accepted(
      verifyCertificate(der, {
        network: log.network,
        authorityKeys: log.state.authorityKeys,
        key: nodeKey.publicKey,
        now: clock.now(),
        exclusionOf: (subject) => log.state.exclusionOf(subject)
      })
    )
  }

  async function start(
    nodeKey: PrivateKey,
    first: VerifiedCertificate,
    overlay: MemoryOverlay,
    isAuthority: boolean
  ): Promise<TestNode> {
    let current = first
    const renewed: VerifiedCertificate[] = []
    const shown = new Map<NodeId, string>()
    const renewal = createRenewal({
      ...{ overlay, clock, random, scheduler: clock, logger: silentLogger },
      desk: isAuthority ? desk : undefined,
      certificate: () => current,
      isTainted: ({ issuer }) => log.state.keyStanding(issuer) === 'tainted',
      install(der) {
        current = verify(der, nodeKey)
        return { ok: true, value: current }
      },
      onRenewed: (certificate) => void renewed.push(certificate),
      take(peer, der) {
        if (node.refusing !== undefined) return refuse(node.refusing)
        shown.set(peer, accepted(parseCertificate(der)).serial)
        return accept(undefined)
      }
    })
    await renewal.start()
    const { nodeId } = overlay
    const node: TestNode = {
      ...{ nodeId, renewal, overlay, renewed, shown },
      refusing: undefined,
      certificate: () => current,
      copy() {
        let copied = current
        const second = createRenewal({
          ...{ overlay, clock, random, scheduler: clock, logger: silentLogger },
          desk: undefined,
          certificate: () => copied,
          isTainted: () => false,
          install(der) {
            copied = verify(der, nodeKey)
            return { ok: true, value: copied }
          },
          onRenewed: () => {},
          take: () => accept(undefined)
        })
        return { ...node, renewal: second, certificate: () => copied }
      }
    }
    return node
  }

  async function join(member: string, isAuthority = false): Promise<TestNode> {
    const nodeKey = PrivateKey.generate(random)
    const { certificate } = await authority.enroll({
      ...{ member, node: 'one', groups: [], publicKey: nodeKey.publicKey },
      ...{ method: 'invite', assurance: 1, invite: '' }
    })
    const nodeId = nodeIdOf(nodeKey.publicKey)
    const overlay = memory.join({ nodeId, member, node: 'one' })
    return await start(nodeKey, verify(certificate, nodeKey), overlay, isAuthority)
  }

  /** Moves time in steps, and lets what became due happen in between. */
  async function pass(ms: number, stepMs = 6 * HOUR): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(Math.min(left, stepMs))
      await settle()
      await settle()
    }
  }

  /** Puts another authority key in charge and taints the first one. */
  async function rotate(): Promise<void> {
    const next = PrivateKey.generate(random)
    held.push(next)
    await authority.decide(prepareKey(log.network, next))
    await authority.activateKey(next)
    await authority.decide(keyStep('tainted', key.publicKey))
  }

  const tools = { desk, renewLate, rotate }
  return { log, clock, authority, memory, alarms, join, pass, certificates, ...tools }
}

describe('[SR-ID-4] a certificate', () => {
  test('is renewed when two thirds of its time have passed, under the same names', async () => {
    const { join, pass, log } = await createScene('renewal')
    await join('office', true)
    const node = await join('anna')
    const { size } = log
    const first = node.certificate()
    await pass(18 * DAY)
    assert.equal(node.renewed.length, 0)
    await pass(4 * DAY)
    const second = node.certificate()
    assert.equal(node.renewed.length, 1)
    assert.notEqual(second.serial, first.serial)
    assert.ok(second.notAfter > first.notAfter)
    assert.deepEqual(
      [second.member, second.node, second.nodeId],
      [first.member, first.node, first.nodeId]
    )
    assert.equal(log.size, size, 'renewal does not grow the log')
  })

  test('is shown once on every open connection, and again until it is taken', async () => {
    const { join, pass, memory } = await createScene('shown')
    await join('office', true)
    const anna = await join('anna')
    const [ben, carl] = [await join('ben'), await join('carl')]
    const calls = () => ben.overlay.received.filter((call) => call.protocol === CERTIFICATE.id)
    anna.renewal.look()
    await pass(1000, 1000)
    assert.equal(calls().length, 0, 'the first one is in the handshake')
    await pass(HOUR)
    // The log of carl lacks the key that has signed it.
    carl.refusing = 'CERTIFICATE_WRONG_ISSUER'
    await anna.renewal.renew()
    await pass(1000, 1000)
    const { serial } = anna.certificate()
    assert.deepEqual([ben.shown.get(anna.nodeId), carl.shown.get(anna.nodeId)], [serial, undefined])
    carl.refusing = undefined
    memory.fail(ben.nodeId)
    await pass(LIMITS.renewalLookMs, LIMITS.renewalLookMs)
    assert.equal(carl.shown.get(anna.nodeId), serial)
    memory.recover(ben.nodeId)
    await anna.overlay.connect(ben.nodeId)
    anna.renewal.look()
    await pass(1000, 1000)
    assert.equal(calls().length, 1)
  })

  test('of a tainted key is renewed at once, even where it was issued just now', async () => {
    const { join, pass, rotate, log, alarms } = await createScene('tainted')
    await join('office', true)
    const node = await join('anna')
    await node.renewal.renew()
    const { serial } = node.certificate()
    await pass(1000, 1000)
    await rotate()
    node.renewal.look()
    await pass(1000, 1000)
    assert.notEqual(node.certificate().serial, serial)
    assert.ok(log.state.isSigningKey(node.certificate().issuer))
    assert.equal(log.state.keyStanding(node.certificate().issuer), 'active')
    node.renewal.look()
    await pass(1000, 1000)
    assert.equal(node.renewed.length, 1, 'the new certificate is not due')
    assert.deepEqual(alarms, [])
  })

  test('survives an authority that is away for days, and is renewed when it is back', async () => {
    const { join, pass, memory, clock } = await createScene('away')
    const office = await join('office', true)
    const node = await join('anna')
    await pass(18 * DAY)
    memory.fail(office.nodeId)
    await pass(9 * DAY)
    assert.equal(node.renewed.length, 0)
    assert.ok(node.certificate().notAfter > clock.now())
    memory.recover(office.nodeId)
    await node.overlay.connect(office.nodeId)
    await pass(2 * HOUR, HOUR)
    assert.equal(node.renewed.length, 1)
  })

  test('is not renewed for a node that is revoked or suspended', async () => {
    const { join, authority } = await createScene('refused')
    await join('office', true)
    const anna = await join('anna')
    const ben = await join('ben')
    await authority.decide({ type: 'member-suspended', member: 'anna', reason: '' })
    await authority.revoke({ by: 'node', value: ben.nodeId, reason: '' })
    await assert.rejects(anna.renewal.renew(), { code: 'MEMBER_SUSPENDED' })
    await assert.rejects(ben.renewal.renew(), { code: 'CERTIFICATE_REVOKED' })
    await authority.decide({ type: 'member-resumed', member: 'anna' })
    await anna.renewal.renew()
  })

  test('is asked of every peer, and without an authority the answer says whom', async () => {
    const { join, memory } = await createScene('nobody')
    const office = await join('office', true)
    const anna = await join('anna')
    const ben = await join('ben')
    memory.fail(office.nodeId)
    await assert.rejects(anna.renewal.renew(), (error) => {
      assert.ok(error instanceof PeerageError)
      assert.equal(error.code, 'RENEWAL_UNAVAILABLE')
      const tried = error.details['tried'] as { nodeId: NodeId }[]
      assert.deepEqual(
        tried.map(({ nodeId }) => nodeId),
        [ben.nodeId]
      )
      return true
    })
  })
})

describe('[SR-ID-4] a certificate that has ended', () => {
  const codeOf = (verdict: Awaited<ReturnType<typeof answerRenewal>>) =>
    verdict.ok ? 'renewed' : verdict.fault

  test('is renewed within the grace that the authority grants, and not a moment later', async () => {
    const { join, clock, memory, renewLate } = await createScene('grace')
    await join('office', true)
    const anna = await join('anna')
    memory.fail(anna.nodeId)
    clock.jump(anna.certificate().notAfter + 60 * DAY)
    assert.equal(codeOf(await renewLate(anna, 0)), 'CERTIFICATE_EXPIRED')
    assert.equal(codeOf(await renewLate(anna, 59 * DAY)), 'CERTIFICATE_EXPIRED')
    assert.equal(
      codeOf(await renewLate(anna, 60 * DAY - LIMITS.clockSkewMs - 1)),
      'CERTIFICATE_EXPIRED'
    )
    assert.equal(codeOf(await renewLate(anna, 60 * DAY)), 'renewed')
  })

  test('of a node that is revoked, suspended or foreign gets no grace', async () => {
    const { join, clock, authority, renewLate, desk } = await createScene('no grace')
    const office = await join('office', true)
    const [anna, ben] = [await join('anna'), await join('ben')]
    await authority.decide({ type: 'member-suspended', member: 'anna', reason: '' })
    await authority.revoke({ by: 'node', value: ben.nodeId, reason: '' })
    clock.jump(anna.certificate().notAfter + DAY)
    assert.equal(codeOf(await renewLate(anna, 90 * DAY)), 'MEMBER_SUSPENDED')
    assert.equal(codeOf(await renewLate(ben, 90 * DAY)), 'CERTIFICATE_REVOKED')
    const borrowed = await answerRenewal(desk, anna.certificate().bytes, office.nodeId, 90 * DAY)
    assert.equal(codeOf(borrowed), 'CERTIFICATE_KEY_MISMATCH')
    const garbage = await answerRenewal(desk, new Uint8Array(40), office.nodeId, 90 * DAY)
    assert.equal(codeOf(garbage), 'CERTIFICATE_MALFORMED')
  })
})

describe('[SR-ID-4] two holders of one key', () => {
  test('are found out where the authority has lost its list, by the generation', async () => {
    const { join, pass, alarms, desk, renewLate } = await createScene('list lost')
    await join('office', true)
    const anna = await join('anna')
    await pass(LIMITS.renewalRetryMs, LIMITS.renewalRetryMs)
    const thief = anna.copy()
    await anna.renewal.renew()
    await pass(LIMITS.renewalRetryMs, LIMITS.renewalRetryMs)
    await anna.renewal.renew()
    const empty = createCertificateStore(openDatabase(':memory:'))
    const recovered = { ...desk, certificates: empty }
    // Nothing is remembered: the first to come is renewed, and counts on from what it showed.
    const renewed = accepted(await renewLate(anna, 0, recovered))
    const parsed = accepted(parseCertificate(renewed))
    assert.equal(generationOf(parsed.serial), 4)
    empty.save(parsed, 0)
    const second = await renewLate(thief, 0, recovered)
    assert.equal(second.ok ? 'renewed' : second.fault, 'CERTIFICATE_SUPERSEDED')
    assert.deepEqual(alarms, [{ nodeId: anna.nodeId, shown: thief.certificate().serial }])
  })

  test('are no such where a copy of the authority is behind: the count goes on', async () => {
    const { join, pass, alarms, desk, renewLate, certificates } = await createScene('list behind')
    await join('office', true)
    const anna = await join('anna')
    const first = certificates.newest(anna.nodeId) ?? assert.fail()
    await pass(LIMITS.renewalRetryMs, LIMITS.renewalRetryMs)
    await anna.renewal.renew()
    const behind = { ...desk, certificates: { newest: () => first } }
    const renewed = accepted(parseCertificate(accepted(await renewLate(anna, 0, behind))))
    assert.equal(generationOf(renewed.serial), 3)
    assert.deepEqual(alarms, [])
  })

  test('are found out when the second one renews, and the second one gets nothing', async () => {
    const { join, pass, alarms } = await createScene('copied')
    await join('office', true)
    const anna = await join('anna')
    await pass(LIMITS.renewalRetryMs, LIMITS.renewalRetryMs)
    const thief = anna.copy()
    const stolen = thief.certificate().serial
    await thief.renewal.renew()
    await pass(LIMITS.renewalRetryMs, LIMITS.renewalRetryMs)
    await assert.rejects(anna.renewal.renew(), { code: 'CERTIFICATE_SUPERSEDED' })
    assert.deepEqual(alarms, [{ nodeId: anna.nodeId, shown: stolen }])
  })

  test('asking right after enrollment or renewal changes nothing', async () => {
    const { join } = await createScene('early')
    await join('office', true)
    const anna = await join('anna')
    const { serial } = anna.certificate()
    assert.equal((await anna.renewal.renew()).serial, serial)
    assert.deepEqual(anna.renewed, [])
  })

  test('a lost answer is no second holder: the same certificate is handed out again', async () => {
    const { join, pass, alarms } = await createScene('lost')
    await join('office', true)
    const anna = await join('anna')
    await pass(LIMITS.renewalRetryMs, LIMITS.renewalRetryMs)
    const same = anna.copy()
    const lost = await same.renewal.renew()
    assert.equal((await anna.renewal.renew()).serial, lost.serial)
    assert.deepEqual(alarms, [])
  })

  test('nobody renews with a certificate that was never issued to its key', async () => {
    const { join, pass } = await createScene('foreign')
    await join('office', true)
    const [anna, ben] = [await join('anna'), await join('ben')]
    await pass(LIMITS.renewalRetryMs, LIMITS.renewalRetryMs)
    const [office] = anna.overlay.peers()
    const certificate = ben.certificate().bytes
    const answer = await anna.overlay.call(office?.nodeId ?? ben.nodeId, RENEWAL, { certificate })
    assert.equal(answer.ok ? 'renewed' : answer.fault, 'CERTIFICATE_KEY_MISMATCH')
  })
})
