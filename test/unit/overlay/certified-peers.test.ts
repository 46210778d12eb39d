import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { type Admission, CertifiedPeers } from '../../../src/overlay/certified-peers.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const nodeId = nodeIdOf(PrivateKey.generate(seededRandom('peers')).publicKey)

function admission(notAfter: number, direction: 'inbound' | 'outbound' = 'inbound'): Admission {
  const peer = { nodeId, member: 'm', node: 'n', certificate: { notAfter } }
  return { peer, direction, relation: 'same', logSize: 1, since: 0 } as unknown as Admission
}

describe('the table of admitted peers', () => {
  test('holds a peer exactly as long as one of its connections', () => {
    const table = new CertifiedPeers()
    const [first, second] = [{}, {}]
    assert.equal(table.get(nodeId), undefined)
    table.admit(admission(1), first)
    table.admit(admission(1), second)
    assert.equal(table.connectionCount(nodeId), 2)
    table.release(nodeId, first)
    table.release(nodeId, first)
    assert.equal(table.isAdmitted(nodeId, first), false)
    assert.equal(table.isAdmitted(nodeId, second), true)
    assert.equal(table.get(nodeId)?.member, 'm')
    table.release(nodeId, second)
    assert.equal(table.get(nodeId), undefined)
    assert.deepEqual(table.admissions(), [])
  })

  test('lets the certificate that ends later speak for the peer', () => {
    const table = new CertifiedPeers()
    table.admit(admission(2), {})
    table.admit(admission(1), {})
    assert.equal(table.get(nodeId)?.certificate.notAfter, 2)
    table.admit(admission(3, 'outbound'), {})
    assert.equal(table.get(nodeId)?.certificate.notAfter, 3)
    assert.equal(table.admission(nodeId)?.direction, 'inbound')
  })
})
