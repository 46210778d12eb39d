import assert from 'node:assert/strict'
import { PrivateKey, type PublicKey } from '../../src/crypto/ed25519.ts'
import type { Random } from '../../src/crypto/random.ts'
import type { Verdict } from '../../src/encoding/verdict.ts'
import {
  issueAuthorityCertificate,
  issueCertificate
} from '../../src/identity/certificate-issue.ts'
import type { NetworkId } from '../../src/identity/network-id.ts'
import { type NodeId, nodeIdOf } from '../../src/identity/node-id.ts'
import { type Authority, createAuthority } from '../../src/trust/authority.ts'
import { sealCheckpoint } from '../../src/trust/checkpoint.ts'
import { sealEntry, type TrustEntry } from '../../src/trust/entry.ts'
import { createGenesis } from '../../src/trust/genesis.ts'
import { leafHash, MerkleTree, memoryHashStore } from '../../src/trust/merkle.ts'
import {
  type CheckpointSlot,
  type Genesis,
  TrustLog,
  type TrustStore
} from '../../src/trust/trust-log.ts'
import { FakeTime } from './fake-time.ts'
import { seededRandom } from './seeded-random.ts'

/** A trust store without a disk, by the same contract as the one in the database. */
export function memoryTrustStore(): TrustStore {
  const entries: Uint8Array[] = []
  const checkpoints = new Map<CheckpointSlot, Uint8Array>()
  return {
    entries: (from, to) => entries.slice(from, to),
    checkpoint: (slot) => checkpoints.get(slot),
    append(addition) {
      assert.equal(addition.from, entries.length)
      entries.push(...addition.entries)
      if (addition.checkpoint === undefined) return
      if (addition.from === 0) checkpoints.set('genesis', addition.checkpoint)
      checkpoints.set('head', addition.checkpoint)
    }
  }
}

export function accepted<T>(verdict: Verdict<T>): T {
  assert.ok(verdict.ok, verdict.ok ? '' : `${verdict.fault} ${JSON.stringify(verdict.detail)}`)
  return verdict.value
}

export interface TestNetwork {
  readonly key: PrivateKey
  readonly clock: FakeTime
  readonly random: Random
  readonly network: NetworkId
  readonly genesis: Genesis
  /** Where the authority keeps its log. */
  readonly store: TrustStore
  readonly log: TrustLog
  readonly authority: Authority
  /** The copy of another node that knows nothing but genesis. */
  newcomer(store?: TrustStore): TrustLog
}

/** A network with its authority and real certificates, reproducible from a seed. */
export function createTestNetwork(seed: string, store = memoryTrustStore()): TestNetwork {
  const clock = new FakeTime()
  const random = seededRandom(seed)
  const key = PrivateKey.generate(random)
  const { network, ...genesis } = createGenesis({ name: 'test', key, clock, random })
  const log = accepted(TrustLog.create(store, { clock, network, genesis }))
  const held = [key]
  const inCharge = () =>
    held.find((each) => log.state.isSigningKey(each.publicKey)) ?? assert.fail('no such key')
  const created = createAuthority({
    ...{ log, clock, random, key: inCharge },
    issue: issueCertificate,
    issueAuthority: issueAuthorityCertificate
  })
  const authority: Authority = {
    ...created,
    activateKey(next, approvals) {
      held.push(next)
      return created.activateKey(next, approvals)
    }
  }
  return {
    key,
    clock,
    random,
    network,
    genesis,
    store,
    log,
    authority,
    newcomer: (at = memoryTrustStore()) =>
      accepted(TrustLog.create(at, { clock, network, genesis }))
  }
}

type Stamp = 'version' | 'network' | 'index' | 'time'
type Loose<T> = T extends TrustEntry ? Omit<T, Stamp> & Partial<Pick<T, Stamp>> : never

/** An entry without the fields that follow from its place in the log. */
export type Statement = Loose<TrustEntry>

/** Writes any history, right or wrong: an authority without rules. */
export class TestHistory {
  /** Signs what is added. */
  key: PrivateKey
  readonly random: Random
  readonly network: NetworkId
  readonly genesis: Genesis
  readonly entries: Uint8Array[]
  time: number

  constructor(seed: string, recoveryKey?: PublicKey) {
    const clock = new FakeTime()
    this.random = seededRandom(seed)
    this.key = PrivateKey.generate(this.random)
    const { key, random } = this
    const { network, ...genesis } = createGenesis({ name: 'test', key, recoveryKey, clock, random })
    this.network = network
    this.genesis = genesis
    this.entries = [genesis.entry]
    this.time = clock.now()
  }

  /** The next entry; what is not given is right. Does not add it. */
  next(statement: Statement, key = this.key): Uint8Array {
    const stamp = {
      version: 1,
      network: this.network,
      index: this.entries.length,
      time: this.time
    } as const
    return sealEntry({ ...stamp, ...statement } as TrustEntry, key)
  }

  add(statement: Statement): Uint8Array {
    const entry = this.next(statement)
    this.entries.push(entry)
    return entry
  }

  addMember(member: string, groups: string[] = []): Uint8Array {
    return this.add({ type: 'member-added', attributes: {}, member, groups })
  }

  addNode(member: string, node: string): NodeId {
    const nodeId = this.nodeId()
    this.add(this.enrollment(member, node, { nodeId }))
    return nodeId
  }

  enrollment(
    member: string,
    node: string,
    fields: { nodeId?: NodeId; serial?: string; invite?: string; notAfter?: number } = {}
  ): Statement {
    return {
      type: 'node-enrolled',
      member,
      node,
      nodeId: this.nodeId(),
      serial: Buffer.from(this.random.bytes(16)).toString('hex'),
      notAfter: this.time + 1000,
      method: 'invite',
      assurance: 1,
      invite: '',
      ...fields
    }
  }

  nodeId(): NodeId {
    return nodeIdOf(PrivateKey.generate(this.random).publicKey)
  }

  /** A right checkpoint over the first `size` entries, but for what is given. */
  checkpoint(
    size = this.entries.length,
    { key = this.key, ...fields }: CheckpointFields = {}
  ): Uint8Array {
    const tree = new MerkleTree(memoryHashStore(), 0)
    for (const entry of this.entries.slice(0, size)) tree.append(leafHash(entry))
    const { network, time } = this
    return sealCheckpoint({ version: 1, network, size, root: tree.root(), time, ...fields }, key)
  }
}

interface CheckpointFields {
  readonly key?: PrivateKey
  readonly network?: NetworkId
  readonly size?: number
  readonly root?: Uint8Array
  readonly time?: number
}
