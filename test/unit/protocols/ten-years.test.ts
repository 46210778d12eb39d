import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as settle } from 'node:timers/promises'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { accept } from '../../../src/encoding/verdict.ts'
import {
  judgeCertificate,
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
import { silentLogger } from '../../../src/log.ts'
import {
  answerRenewal,
  createRenewal,
  type Renewal,
  type RenewalDesk
} from '../../../src/protocols/renewal/index.ts'
import { createCertificateStore, recordIssued } from '../../../src/storage/certificate-store.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createAuthority, keyStep, prepareKey } from '../../../src/trust/authority.ts'
import { MemoryNetwork } from '../../support/memory-overlay.ts'
import { accepted, createTestNetwork } from '../../support/trust-network.ts'

const DAY = 86_400_000
const YEAR = 365 * DAY
const GRACE = 120 * DAY

interface Node {
  readonly nodeId: NodeId
  readonly renewed: VerifiedCertificate[]
  certificate(): VerifiedCertificate
  stop(): void
  start(): Promise<void>
}

describe('[SR-ID-4] [SR-ADM-7] ten years of a network', () => {
  test('lose no session wrongly, and let nobody in who has ended', async () => {
    const { log, key, clock, random } = createTestNetwork('ten years')
    const certificates = createCertificateStore(openDatabase(':memory:'))
    const held = [key]
    const authority = createAuthority({
      ...{ log, clock, random },
      key: () => held.find((each) => log.state.isSigningKey(each.publicKey)) ?? key,
      issue: recordIssued(issueCertificate, certificates, clock),
      issueAuthority: issueAuthorityCertificate
    })
    // A look every minute would be five million in ten years.
    const scheduler = {
      after: (ms: number, run: () => void) => clock.after(ms, run),
      every: (_: number, run: () => void) => clock.every(DAY / 4, run)
    }
    const memory = new MemoryNetwork()
    const alarms: NodeId[] = []
    const desk: RenewalDesk = {
      ...{ log, authority, certificates, clock },
      closed: () => undefined,
      frontDesk: () => [],
      onTwoLineages: (nodeId) => void alarms.push(nodeId)
    }

    async function join(member: string, isAuthority = false): Promise<Node> {
      const nodeKey = PrivateKey.generate(random)
      const nodeId = nodeIdOf(nodeKey.publicKey)
      const verify = (der: Uint8Array) =>
        verifyCertificate(der, {
          network: log.network,
          authorityKeys: log.state.authorityKeys,
          key: nodeKey.publicKey,
          now: clock.now(),
          exclusionOf: (subject) => log.state.exclusionOf(subject)
        })
      const order = { member, node: 'one', groups: [], publicKey: nodeKey.publicKey }
      const how = { method: 'invite', assurance: 1, invite: '' }
      let current = accepted(verify((await authority.enroll({ ...order, ...how })).certificate))
      const renewed: VerifiedCertificate[] = []
      let renewal: Renewal | undefined
      const create = () =>
        createRenewal({
          overlay: memory.join({ nodeId, member, node: 'one' }),
          ...{ clock, random, scheduler, logger: silentLogger },
          desk: isAuthority ? desk : undefined,
          certificate: () => current,
          isTainted: ({ issuer }) => log.state.keyStanding(issuer) === 'tainted',
          install(der) {
            const verified = verify(der)
            if (verified.ok) current = verified.value
            return verified
          },
          async atDesk({ bytes }) {
            return accepted(await answerRenewal(desk, bytes, nodeId, GRACE))
          },
          onRenewed: (certificate) => void renewed.push(certificate),
          take: () => accept(undefined)
        })
      return {
        ...{ nodeId, renewed, certificate: () => current },
        stop: () => renewal?.stop(),
        async start() {
          renewal = create()
          await renewal.start()
        }
      }
    }

    /** A day at a time, as the heartbeat of everybody would judge everybody else. */
    async function pass(days: number, present: readonly Node[]): Promise<void> {
      for (let day = 0; day < days; day++) {
        clock.advance(DAY)
        await settle()
        await settle()
        for (const node of present) {
          const verdict = judgeCertificate(node.certificate(), {
            now: clock.now(),
            authorityKeys: log.state.authorityKeys,
            exclusionOf: (subject) => log.state.exclusionOf(subject)
          })
          assert.equal(verdict.ok ? 'admitted' : verdict.fault, 'admitted', node.nodeId)
        }
      }
    }

    async function rotate(): Promise<void> {
      const before = log.state.signingKey ?? assert.fail()
      const next = PrivateKey.generate(random)
      held.push(next)
      await authority.decide(prepareKey(log.network, next))
      await authority.activateKey(next)
      await authority.decide(keyStep('tainted', before))
    }

    const office = await join('office', true)
    const [anna, ben, carl] = [await join('anna'), await join('ben'), await join('carl')]
    const all = [office, anna, ben, carl]
    for (const node of all) await node.start()

    for (let year = 0; year < 10; year++) {
      await pass(100, all)
      if (year % 3 === 1) {
        const old = log.state.signingKey ?? assert.fail()
        await rotate()
        // Everybody has renewed long before the old key is taken out for good.
        await pass(40, all)
        await authority.decide(keyStep('revoked', old))
      }
      if (year % 2 === 0) {
        // Carl is off for two months: nobody would have him, until the desk has renewed him.
        carl.stop()
        await pass(60, [office, anna, ben])
        assert.ok(carl.certificate().notAfter < clock.now())
        await carl.start()
        await pass(1, [office, anna, ben])
      }
      const rest = (year + 1) * YEAR - clock.monotonic()
      await pass(Math.round(rest / DAY), all)
    }

    for (const { renewed } of all) {
      const generations = renewed.map(({ serial }) => generationOf(serial))
      assert.deepEqual(
        generations,
        renewed.map((_, i) => i + 2)
      )
      assert.ok(renewed.length > 130, `${renewed.length} renewals`)
    }
    assert.deepEqual(alarms, [])

    // Whoever leaves is out at once, and no certificate of ten years is good again.
    await authority.revoke({ by: 'member', value: 'ben', reason: 'left' })
    const late = await answerRenewal(desk, ben.certificate().bytes, ben.nodeId, GRACE)
    assert.equal(late.ok ? 'renewed' : late.fault, 'CERTIFICATE_REVOKED')
    for (const old of anna.renewed.slice(0, -3)) {
      assert.ok(accepted(parseCertificate(old.bytes)).notAfter < clock.now())
      const again = await answerRenewal(desk, old.bytes, anna.nodeId)
      assert.ok(!again.ok && again.fault !== 'CERTIFICATE_SUPERSEDED', 'too old to say anything')
    }
  })
})
