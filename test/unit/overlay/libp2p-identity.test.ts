import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import {
  libp2pKeyOf,
  nodeIdOfPeer,
  peerIdOf,
  publicKeyOfPeer
} from '../../../src/overlay/libp2p-identity.ts'

const seed = new Uint8Array(32).fill(7)
const key = PrivateKey.fromSeed(seed)

test('libp2p gets the key that it would derive from the seed itself', async () => {
  const derived = await generateKeyPairFromSeed('Ed25519', seed)
  assert.deepEqual(libp2pKeyOf(key).raw, derived.raw)
  assert.ok(libp2pKeyOf(key).publicKey.equals(derived.publicKey))
})

test('what libp2p signs with it verifies under the node key', async () => {
  const message = Uint8Array.of(1, 2, 3)
  assert.ok(key.publicKey.verify(message, await libp2pKeyOf(key).sign(message)))
})

test('node id, peer id and public key name each other', () => {
  const peerId = peerIdOf(nodeIdOf(key.publicKey))
  assert.equal(nodeIdOfPeer(peerId), nodeIdOf(key.publicKey))
  assert.deepEqual(publicKeyOfPeer(peerId)?.bytes, key.publicKey.bytes)
})

test('what is signed again has its own signature, whatever was signed in between', async () => {
  const libp2pKey = libp2pKeyOf(key)
  const messages = [1, 1, 2, 1].map((byte) => Uint8Array.of(byte))
  for (const message of messages) {
    assert.deepEqual(await libp2pKey.sign(message), key.sign(message))
  }
})
