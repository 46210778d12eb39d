import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { verifyCertificate } from '../../../src/identity/certificate.ts'
import { LIMITS } from '../../../src/limits.ts'
import { createSteadyClock } from '../../../src/time/steady-clock.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { createTestNetwork } from '../../support/trust-network.ts'

const HOUR = 3_600_000

describe('[SR-ADM-7] the clock of a node', () => {
  test('follows the clock of the machine, and waits where that is corrected a little', () => {
    const machine = new FakeTime()
    const steady = createSteadyClock(machine)
    const start = steady.now()
    machine.advance(HOUR)
    assert.equal(steady.now(), start + HOUR)
    machine.jump(start + HOUR - 1000)
    assert.equal(steady.now(), start + HOUR)
    machine.advance(5000)
    assert.equal(steady.now(), start + HOUR + 4000)
    machine.jump(start + 9 * HOUR)
    assert.equal(steady.now(), start + 9 * HOUR)
    assert.equal(steady.behindMs(), 0)
  })

  test('goes on where the machine is set back, and says by how much', () => {
    const machine = new FakeTime()
    const steady = createSteadyClock(machine)
    machine.advance(10 * HOUR)
    const before = steady.now()
    machine.jump(before - 9 * HOUR)
    for (let i = 0; i < 3; i++) {
      machine.advance(HOUR)
      assert.equal(steady.now(), before + (i + 1) * HOUR)
      assert.equal(steady.behindMs(), 9 * HOUR)
    }
  })

  test('lets no certificate that has ended be good again, nor one that is revoked', async () => {
    const { authority, log, clock: machine, random } = createTestNetwork('steady')
    const key = PrivateKey.generate(random)
    const order = { member: 'anna', node: 'one', groups: [], publicKey: key.publicKey }
    const how = { method: 'invite', assurance: 1, invite: '' }
    const { certificate } = await authority.enroll({ ...order, ...how })
    const steady = createSteadyClock(machine)
    const judge = (now: number) => {
      const verdict = verifyCertificate(certificate, {
        network: log.network,
        authorityKeys: log.state.authorityKeys,
        key: key.publicKey,
        now,
        exclusionOf: (subject) => log.state.exclusionOf(subject)
      })
      return verdict.ok ? 'good' : verdict.fault
    }
    const start = machine.now()
    machine.advance(LIMITS.certificateLifetimeMs + LIMITS.clockSkewMs + HOUR)
    assert.equal(judge(steady.now()), 'CERTIFICATE_EXPIRED')
    machine.jump(start + HOUR)
    // The control: by the clock of the machine it would be good again.
    assert.equal(judge(machine.now()), 'good')
    assert.equal(judge(steady.now()), 'CERTIFICATE_EXPIRED')
    await authority.revoke({ by: 'member', value: 'anna', reason: '' })
    assert.equal(judge(machine.now()), 'CERTIFICATE_REVOKED')
  })
})
