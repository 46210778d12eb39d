import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { createKindOf, type KindOf } from '../../src/records/kind.ts'
import type { VerifiedRecord } from '../../src/records/record.ts'
import { openRecord, type RecordContent, sealRecord } from '../../src/records/record.ts'
import { createWriterRule, type MayWrite, type Writers } from '../../src/records/writer.ts'

export const NETWORK = networkIdOf(new Uint8Array(32).fill(7))
export const OTHER_NETWORK = networkIdOf(new Uint8Array(32).fill(8))
export const NOW = Date.UTC(2026, 0, 1)

export const aliceKey = sampleKey(1)
export const bobKey = sampleKey(2)
export const strangerKey = sampleKey(99)
export const alice = nodeIdOf(aliceKey.publicKey)
export const bob = nodeIdOf(bobKey.publicKey)

export function sampleKey(seed: number): PrivateKey {
  return PrivateKey.fromSeed(new Uint8Array(32).fill(seed))
}

export function sampleContent(change: Partial<RecordContent> = {}): RecordContent {
  return {
    network: NETWORK,
    kind: 'note',
    owner: 'alice',
    name: 'greeting',
    version: 1,
    storedAt: NOW,
    lifetimeMs: 60_000,
    form: 'plain',
    value: new TextEncoder().encode('hello'),
    ...change
  }
}

/** A sealed and opened record; the signer is Alice unless told otherwise. */
export function sampleRecord(change: Partial<RecordContent> = {}, key = aliceKey): VerifiedRecord {
  const content = sampleContent(change)
  const opened = openRecord(sealRecord(content, key), content.network)
  if (!opened.ok) throw new Error(opened.fault)
  return opened.value
}

/** Alice and Bob are enrolled with one node each; nobody is revoked, nobody is in a group. */
export const writers: Writers = {
  node: (nodeId) =>
    nodeId === alice
      ? { member: 'alice', node: 'desk' }
      : nodeId === bob
        ? { member: 'bob', node: 'desk' }
        : undefined,
  groupsOf: () => [],
  excludedSince: () => undefined,
  isAuthority: () => false
}
export const mayWrite: MayWrite = createWriterRule(writers)

/** A network that has declared nothing. */
export const kindOf: KindOf = createKindOf(() => undefined)

export const rules = { now: NOW, kindOf, mayWrite }
