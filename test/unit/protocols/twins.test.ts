import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as settle } from 'node:timers/promises'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { type NodeId, nodeIdOf } from '../../../src/identity/node-id.ts'
import {
  CHALLENGE_BYTES,
  challengeAfter,
  INSTANCE_BYTES,
  sealSignOfLife,
  type TwinProof
} from '../../../src/identity/sign-of-life.ts'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import { createTwinAlarm } from '../../../src/protocols/twins/index.ts'
import { TWINS } from '../../../src/protocols/twins/messages.ts'
import { MemoryNetwork } from '../../support/memory-overlay.ts'
import { createTestNetwork } from '../../support/trust-network.ts'

/** Nodes that have met with the same log; everybody is connected with everybody. */
async function createScene(seed: string) {
  const { log, authority, clock, random } = createTestNetwork(seed)
  const memory = new MemoryNetwork()

  async function join(member: string) {
    const key = PrivateKey.generate(random)
    const order = { member, node: 'one', groups: [], publicKey: key.publicKey }
    await authority.enroll({ ...order, method: 'invite', assurance: 1, invite: '' })
    const nodeId = nodeIdOf(key.publicKey)
    const overlay = memory.join({ nodeId, member, node: 'one' })
    const alarms: NodeId[] = []
    const alarm = createTwinAlarm({
      ...{ overlay, network: log.network, state: log.state, clock, logger: silentLogger },
      ...{ scheduler: clock, random },
      onAlarm: (about) => alarms.push(about)
    })
    await alarm.start()
    return { key, nodeId, overlay, alarm, alarms }
  }

  function proofOf(key: PrivateKey): TwinProof {
    const [instance, copy] = [random.bytes(INSTANCE_BYTES), random.bytes(INSTANCE_BYTES)]
    const say = (by: Uint8Array, challenge: Uint8Array) =>
      sealSignOfLife({ network: log.network, instance: by, challenge }, key)
    const first = say(instance, random.bytes(CHALLENGE_BYTES))
    const second = say(copy, challengeAfter(first))
    return [first, second, say(instance, challengeAfter(second))]
  }

  return { authority, clock, join, proofOf }
}

describe('[SR-FRD-1] an alarm about a key at two places', () => {
  test('reaches every node once, the one that it is about included', async () => {
    const { join, proofOf, clock } = await createScene('twins')
    const nodes = [await join('office'), await join('anna'), await join('ben'), await join('carl')]
    const [office, anna, ben] = nodes
    assert.ok(office && anna && ben)
    ben.alarm.found(proofOf(anna.key))
    await settle()
    for (const { alarms } of nodes) assert.deepEqual(alarms, [anna.nodeId])
    // As long as both copies are there they are found again, by everybody that they meet.
    office.alarm.found(proofOf(anna.key))
    await settle()
    for (const { alarms } of nodes) assert.equal(alarms.length, 1)
    clock.advance(LIMITS.twinsAgainMs)
    office.alarm.found(proofOf(anna.key))
    await settle()
    for (const { alarms } of nodes) assert.deepEqual(alarms, [anna.nodeId, anna.nodeId])
  })

  test('cannot be caused without the key, nor about a node that is left out already', async () => {
    const { join, proofOf, authority } = await createScene('twins-refused')
    const [office, anna, ben] = [await join('office'), await join('anna'), await join('ben')]
    const [first, second] = proofOf(anna.key)
    const refusals = [
      { code: 'MESSAGE_MALFORMED', proof: [first, second, first] },
      { code: 'NODE_UNKNOWN', proof: [...proofOf(PrivateKey.generate({ bytes: fill }))] }
    ]
    await authority.revoke({ by: 'node', value: ben.nodeId, reason: '' })
    refusals.push({ code: 'CERTIFICATE_REVOKED', proof: [...proofOf(ben.key)] })
    for (const {
      code,
      proof: [a, b, c]
    } of refusals) {
      assert.ok(a && b && c)
      const answer = await anna.overlay.call(office.nodeId, TWINS, { proof: [a, b, c] })
      assert.equal(answer.ok ? 'accepted' : answer.fault, code)
    }
    assert.deepEqual([...office.alarms, ...anna.alarms], [])
  })
})

function fill(length: number): Uint8Array {
  return new Uint8Array(length).fill(7)
}
