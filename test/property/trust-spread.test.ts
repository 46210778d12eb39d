import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fraction, type Random } from '../../src/crypto/random.ts'
import { refuse } from '../../src/encoding/verdict.ts'
import { LIMITS } from '../../src/limits.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { type SyncedNode, settle, TrustSyncNetwork } from '../support/trust-sync-network.ts'

const LOSS = 0.2
/** Of comparisons with a random peer; a line of 30 with every second message lost needs fewer. */
const ROUNDS_MAX = 60

/** A network of `count` nodes on a random connected graph, in which messages get lost. */
async function lossyNetwork(seed: string, count: number) {
  const random = seededRandom(seed)
  const network = new TrustSyncNetwork(seed)
  await network.join(network.trust.log)
  while (network.nodes.length < count) await network.join()
  const { nodes, memory } = network
  const links = randomGraph(random, count)
  for (const [i, node] of nodes.entries()) {
    for (const [j, other] of nodes.entries()) {
      if (!links.has(`${i} ${j}`) && !links.has(`${j} ${i}`))
        node.overlay.unlink(other.overlay.nodeId)
    }
    memory.intercept(node.overlay.nodeId, async (call) => {
      if (fraction(random) < LOSS / 2) return refuse('TIMEOUT')
      const answer = await call.pass()
      return fraction(random) < LOSS / 2 ? refuse('TIMEOUT') : answer
    })
  }
  return { network, random, nodes }
}

/** A tree, so that it is connected, and a few links more. */
function randomGraph(random: Random, count: number): Set<string> {
  const links = new Set<string>()
  for (let i = 1; i < count; i++) links.add(`${i} ${Math.floor(fraction(random) * i)}`)
  for (let extra = Math.floor(fraction(random) * count); extra > 0; extra--) {
    links.add([0, 0].map(() => Math.floor(fraction(random) * count)).join(' '))
  }
  return links
}

async function roundsUntilEqual(network: TrustSyncNetwork, nodes: readonly SyncedNode[]) {
  const head = network.trust.log.head().bytes
  const isEqual = () => nodes.every(({ log }) => Buffer.compare(log.head().bytes, head) === 0)
  await settle()
  let rounds = 0
  while (!isEqual() && rounds < ROUNDS_MAX) {
    network.trust.clock.advance(LIMITS.syncIntervalMs)
    await settle()
    rounds++
  }
  assert.ok(isEqual(), `not equal after ${rounds} rounds`)
  return rounds
}

describe('[SR-CFG-2] every node of a connected graph reaches the head', { timeout: 60_000 }, () => {
  for (const [seed, count] of [
    ['a', 2],
    ['b', 7],
    ['c', 16],
    ['d', 30]
  ] as const) {
    test(`with ${count} nodes, a fifth of all messages lost, and random histories`, async () => {
      const { network, random, nodes } = await lossyNetwork(`spread-${seed}`, count)
      for (let burst = 0; burst < 3; burst++) {
        const entries = 1 + Math.floor(fraction(random) * 3)
        for (let i = 0; i < entries; i++) await network.enroll(`${seed}-${burst}-${i}`)
        network.trust.clock.advance(1)
        network.trust.authority.resign()
        await roundsUntilEqual(network, nodes)
      }
      network.stop()
    })
  }

  test('after a partition has healed', async () => {
    const { network, random, nodes } = await lossyNetwork('spread-partition', 20)
    const far = nodes.filter((_, i) => i > 0 && fraction(random) < 0.5)
    const near = nodes.filter((node) => !far.includes(node))
    for (const a of far) {
      for (const b of near) {
        a.overlay.unlink(b.overlay.nodeId)
        b.overlay.unlink(a.overlay.nodeId)
      }
    }
    for (let i = 0; i < 5; i++) await network.enroll(`m-${i}`)
    for (let i = 0; i < 5; i++) {
      network.trust.clock.advance(LIMITS.syncIntervalMs)
      await settle()
    }
    assert.ok(far.every(({ log }) => log.size === 1))
    // One link between the halves, and each half a ring again.
    for (const half of [far, near]) {
      for (const [i, node] of half.entries()) {
        const next = half[(i + 1) % half.length] ?? assert.fail()
        if (next !== node) await node.overlay.connect(next.overlay.nodeId)
      }
    }
    await far[0]?.overlay.connect(near[0]?.overlay.nodeId ?? assert.fail())
    await roundsUntilEqual(network, nodes)
    network.stop()
  })
})
