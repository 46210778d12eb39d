import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { type Ack, openAck, sealAck } from '../../../src/trust/ack.ts'
import { keyStep, prepareKey } from '../../../src/trust/authority.ts'
import { createTrustProof, type TrustProof, verifyTrustProof } from '../../../src/trust/proof.ts'
import { accepted, createTestNetwork } from '../../support/trust-network.ts'

/** A network in which Anna's laptop was revoked, and whose authority may have changed its key. */
async function createScene(seed: string, { rotate = false } = {}) {
  const network = createTestNetwork(seed)
  const { authority, log, random, clock } = network
  const keys = Array.from({ length: 4 }, () => PrivateKey.generate(random))
  for (const [i, { publicKey }] of keys.entries()) {
    const grant = { member: `m${i}`, node: 'one', groups: [], publicKey }
    await authority.enroll({ ...grant, method: 'invite', assurance: 1, invite: '' })
  }
  const next = PrivateKey.generate(random)
  if (rotate) {
    await authority.decide(prepareKey(log.network, next))
    await authority.activateKey(next)
  }
  const value = nodeIdOf(keys[0]?.publicKey ?? assert.fail())
  const { index } = await authority.revoke({ by: 'node', value, reason: 'stolen' })
  const acks: Ack[] = keys.slice(1).map((key, i) => {
    const size = i === 0 ? log.size : index + 1
    const content = { network: log.network, size, root: log.rootAt(size), time: clock.now() }
    return accepted(openAck(sealAck(content, key), log.network))
  })
  if (rotate) {
    const old = log.state.keyHistory()[0]?.key ?? assert.fail()
    await authority.decide(keyStep('tainted', old))
  }
  await authority.decide({ type: 'member-suspended', member: 'm1', reason: '' })
  return { ...network, index, acks, value }
}

function faultOf(proof: unknown, network: Parameters<typeof verifyTrustProof>[1]): string {
  const verdict = verifyTrustProof(proof, network)
  return verdict.ok ? 'proved' : verdict.fault
}

describe('[SR-CFG-4] a proof of an entry', () => {
  for (const rotate of [false, true]) {
    test(`convinces who knows the network id alone${rotate ? ', across a change of keys' : ''}`, async () => {
      const { log, index, acks, value } = await createScene('proof', { rotate })
      const proof = JSON.parse(JSON.stringify(createTrustProof(log, index, acks)))
      const { entry, networkName, authority, applied } = accepted(
        verifyTrustProof(proof, log.network)
      )
      assert.deepEqual(entry.entry.type === 'revoked' && entry.entry.target, { by: 'node', value })
      assert.equal(networkName, 'test')
      assert.ok(authority.equals(log.state.signingKey ?? assert.fail()))
      assert.deepEqual(
        applied.map(({ member }) => member),
        ['m1', 'm2', 'm3']
      )
    })
  }

  test('is possible for every entry of the log', async () => {
    const { log } = await createScene('every', { rotate: true })
    for (let index = 0; index < log.size; index++) {
      assert.equal(faultOf(createTrustProof(log, index, []), log.network), 'proved')
    }
  })

  test('is none for another network, with other keys, another place or a foreign log', async () => {
    const { log, index, acks } = await createScene('mine', { rotate: true })
    const theirs = await createScene('theirs', { rotate: true })
    const proof = createTrustProof(log, index, acks)
    const other = createTrustProof(theirs.log, theirs.index, theirs.acks)
    assert.equal(faultOf(proof, theirs.log.network), 'WRONG_NETWORK')
    assert.equal(faultOf({ ...other, network: log.network }, log.network), 'WRONG_NETWORK')
    assert.equal(faultOf({ ...proof, proved: other.proved }, log.network), 'TRUST_PROOF_INVALID')
    assert.equal(faultOf({ ...proof, keys: other.keys }, log.network), 'TRUST_PROOF_INVALID')
    assert.equal(faultOf({ ...proof, acks: other.acks }, log.network), 'WRONG_NETWORK')
    assert.equal(
      faultOf({ ...proof, keys: proof.keys.slice(0, 1) }, log.network),
      'TRUST_SIGNER_NOT_ENTITLED'
    )
    assert.equal(faultOf({ ...proof, keys: proof.keys.slice(1) }, log.network), 'WRONG_NETWORK')
    const [genesis, ...rest] = proof.keys
    const shuffled = [genesis, ...rest.toReversed()]
    assert.notEqual(faultOf({ ...proof, keys: shuffled }, log.network), 'proved')
    for (const nothing of [null, {}, [], 'x', { ...proof, more: 1 }]) {
      assert.equal(faultOf(nothing, log.network), 'MESSAGE_MALFORMED')
    }
  })

  test('an acknowledgment counts only of an enrolled node, for a log that has the entry', async () => {
    const { log, index, acks, random, clock } = await createScene('acks')
    const proof = createTrustProof(log, index, acks)
    const [first, second] = proof.acks
    const swapped = [{ ...(first ?? assert.fail()), enrollment: second?.enrollment }]
    assert.equal(faultOf({ ...proof, acks: swapped }, log.network), 'TRUST_PROOF_INVALID')
    const stranger = PrivateKey.generate(random)
    const content = { network: log.network, size: log.size, root: log.rootAt(log.size) }
    const forged = sealAck({ ...content, time: clock.now() }, stranger)
    const ack = Buffer.from(forged).toString('base64url')
    const strange = [{ ...first, ack, consistency: [] }]
    assert.equal(faultOf({ ...proof, acks: strange }, log.network), 'TRUST_PROOF_INVALID')
    const later = createTrustProof(log, log.size - 1, [])
    assert.equal(faultOf({ ...later, acks: proof.acks }, log.network), 'TRUST_PROOF_INVALID')
  })

  test('of which any byte was changed is none', async () => {
    const { log, index, acks } = await createScene('mutations', { rotate: true })
    const proof = createTrustProof(log, index, acks)
    const paths = listStrings(proof)
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 7 }), (which, where, bit) => {
        const changed = structuredClone(proof)
        const path = paths[which % paths.length] ?? assert.fail()
        mutate(changed, path, where, bit)
        if (JSON.stringify(changed) === JSON.stringify(proof)) return
        assert.notEqual(faultOf(changed, log.network), 'proved')
      }),
      { numRuns: 400 }
    )
  })
})

type Path = readonly (string | number)[]

function listStrings(value: unknown, at: Path = []): Path[] {
  if (typeof value === 'string') return [at]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => listStrings(part, [...at, key]))
}

/** Flips a bit of the bytes behind one string of the proof. */
function mutate(proof: TrustProof, path: Path, where: number, bit: number): void {
  let holder = proof as unknown as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) holder = holder[key] as typeof holder
  const last = path.at(-1) ?? ''
  const bytes = Buffer.from(String(holder[last]), 'base64url')
  if (bytes.length === 0) return
  const at = where % bytes.length
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
  holder[last] = bytes.toString('base64url')
}
