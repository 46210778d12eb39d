import { PrivateKey } from '../../src/crypto/ed25519.ts'
import type { Random } from '../../src/crypto/random.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { silentLogger } from '../../src/log.ts'
import { createTrustSync, type TrustSync } from '../../src/protocols/trust-sync/index.ts'
import type { TrustLog } from '../../src/trust/trust-log.ts'
import { MemoryNetwork, type MemoryOverlay } from './memory-overlay.ts'
import { seededRandom } from './seeded-random.ts'
import { createTestNetwork, type TestNetwork } from './trust-network.ts'

export interface SyncedNode {
  readonly overlay: MemoryOverlay
  readonly log: TrustLog
  readonly sync: TrustSync
}

/** Nodes that hold copies of one trust log and replicate it; the first one has the authority. */
export class TrustSyncNetwork {
  readonly trust: TestNetwork
  readonly memory = new MemoryNetwork()
  readonly nodes: SyncedNode[] = []
  readonly #random: Random

  constructor(seed: string) {
    this.trust = createTestNetwork(seed)
    this.#random = seededRandom(`${seed}/ids`)
  }

  /** Adds a node, connected with all others; `log` defaults to a copy that knows only genesis. */
  async join(log: TrustLog = this.trust.newcomer()): Promise<SyncedNode> {
    const name = `n${this.nodes.length}`
    const nodeId = nodeIdOf(PrivateKey.generate(this.#random).publicKey)
    const overlay = this.memory.join({ nodeId, member: name, node: name })
    const sync = createTrustSync({
      overlay,
      log,
      scheduler: this.trust.clock,
      random: seededRandom(name),
      logger: silentLogger
    })
    await sync.start()
    const node = { overlay, log, sync }
    this.nodes.push(node)
    return node
  }

  /** Leaves only the connections between neighbors in the order of joining. */
  stringOut(): void {
    for (const [i, a] of this.nodes.entries()) {
      for (const [j, b] of this.nodes.entries()) {
        if (Math.abs(i - j) > 1) a.overlay.unlink(b.overlay.nodeId)
      }
    }
  }

  /** Enrolls a node of a new member: two entries more in the authority's log. */
  async enroll(member: string): Promise<void> {
    await this.trust.authority.enroll({
      member,
      groups: [],
      node: 'node',
      publicKey: PrivateKey.generate(this.#random).publicKey,
      method: 'invite',
      assurance: 1,
      invite: ''
    })
  }

  stop(): void {
    for (const node of this.nodes) node.sync.stop()
  }
}

/** Lets everything that is under way in memory come to its end. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}
