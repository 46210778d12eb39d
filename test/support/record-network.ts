import type { PrivateKey } from '../../src/crypto/ed25519.ts'
import { systemRandom } from '../../src/crypto/random.ts'
import { PeerageError } from '../../src/errors.ts'
import { type NodeId, nodeIdOf } from '../../src/identity/node-id.ts'
import { silentLogger } from '../../src/log.ts'
import { createRecords, type Membership, type Records } from '../../src/protocols/record/index.ts'
import { createKindOf, type Kind, type KindEntry } from '../../src/records/kind.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { createReceiptStore } from '../../src/storage/receipt-store.ts'
import { createRecordIndex } from '../../src/storage/record-index.ts'
import { createRecordStore, type RecordStore } from '../../src/storage/record-store.ts'
import { FakeTime } from './fake-time.ts'
import { MemoryNetwork, type MemoryOverlay } from './memory-overlay.ts'
import { NETWORK, sampleKey } from './sample-record.ts'

const authorityKey = sampleKey(200)

export interface Misbehaved {
  readonly nodeId: NodeId
  readonly code: string
  readonly evidence: Uint8Array
}

export interface RecordNode {
  readonly member: string
  readonly node: string
  readonly nodeId: NodeId
  readonly key: PrivateKey
  readonly overlay: MemoryOverlay
  readonly store: RecordStore
  readonly database: Database
  /** What it was told of, in order. */
  readonly misbehavior: readonly Misbehaved[]
  readonly records: Records
}

/** Nodes with real records services, stores in memory, and a fake trust log and time. */
export interface RecordNetwork {
  readonly time: FakeTime
  readonly network: MemoryNetwork
  readonly nodes: readonly RecordNode[]
  /** Nobody asks it for anything any more. */
  isolate(nodeId: NodeId): void
  /** A node that the trust log does not have yet, until `enroll`. */
  hide(nodeId: NodeId): void
  enroll(nodeId: NodeId): void
  /** As every node learns it at once; `member/node` or a member. */
  revoke(who: string): void
  /** All groups that the member has from now on. */
  group(member: string, ...names: string[]): void
  declare(kind: Kind, retiredAt?: number): void
  [Symbol.asyncDispose](): Promise<void>
}

/** `names` like `alice/desk`; the i-th gets the key of seed i + 1. */
export async function recordNetwork(names: readonly string[]): Promise<RecordNetwork> {
  const isolated = new Set<NodeId>()
  const time = new FakeTime()
  const network = new MemoryNetwork()
  const hidden = new Set<NodeId>()
  const revoked = new Map<string, number>()
  const groups = new Map<string, readonly string[]>()
  const kinds = new Map<string, KindEntry>()
  const enrolled = names.map((name, i) => {
    const [member = '', node = ''] = name.split('/')
    const key = sampleKey(i + 1)
    return { member, node, key, nodeId: nodeIdOf(key.publicKey) }
  })
  const byId = new Map(enrolled.map((node) => [node.nodeId, node]))
  const excludedSince = ({ nodeId, member }: { nodeId: NodeId; member: string }) =>
    revoked.get(member) ?? revoked.get(`${member}/${byId.get(nodeId)?.node}`)
  const membership: Membership = {
    network: NETWORK,
    node: (nodeId) => (hidden.has(nodeId) ? undefined : byId.get(nodeId)),
    groupsOf: (member) => groups.get(member) ?? [],
    excludedSince,
    isAuthority: (signer) => signer === nodeIdOf(authorityKey.publicKey),
    liveNodes: () =>
      enrolled.filter((node) => !hidden.has(node.nodeId) && excludedSince(node) === undefined)
  }
  const databases = enrolled.map(() => openDatabase(':memory:'))
  const nodes: RecordNode[] = []
  for (const [i, identity] of enrolled.entries()) {
    const overlay = network.join(identity)
    const db = databases[i]
    if (db === undefined) throw new Error('one database per node')
    const misbehavior: Misbehaved[] = []
    const store = createRecordStore(db, { network: NETWORK, logger: silentLogger })
    const reach = (nodeId: NodeId) => overlay.connect(nodeId)
    const clock = { clock: time, scheduler: time, logger: silentLogger }
    // The first node is that of the authority.
    const signing = () => {
      if (i === 0) return authorityKey
      throw new PeerageError('AUTHORITY_ABSENT')
    }
    const records = createRecords({
      ...{ overlay, membership, store, reach, ...clock },
      receiptStore: createReceiptStore(db),
      index: createRecordIndex(db),
      onMisbehavior: ({ nodeId, code, bytes }) =>
        misbehavior.push({ nodeId, code, evidence: bytes }),
      random: systemRandom,
      kindOf: createKindOf((name) => kinds.get(name)),
      identity: { ...identity, authorityKey: signing },
      isAsked: (nodeId) => !isolated.has(nodeId)
    })
    await records.start()
    nodes.push({ ...identity, overlay, store, records, database: db, misbehavior })
  }
  return {
    time,
    network,
    nodes,
    isolate: (nodeId) => isolated.add(nodeId),
    hide: (nodeId) => hidden.add(nodeId),
    enroll: (nodeId) => hidden.delete(nodeId),
    revoke: (who) => revoked.set(who, time.now()),
    group: (member, ...names) => groups.set(member, names),
    declare: (kind, retiredAt) => kinds.set(kind.name, { declaration: kind, retiredAt }),
    async [Symbol.asyncDispose]() {
      await Promise.all(nodes.map(({ records }) => records.stop()))
      for (const db of databases) db.close()
    }
  }
}

/** Members a, b, c, … with one node each. */
export function membersOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${String.fromCharCode(97 + i)}/desk`)
}

export function text(value: Uint8Array): string {
  return new TextDecoder().decode(value)
}
