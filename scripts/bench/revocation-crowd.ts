import assert from 'node:assert/strict'
import { env } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { Crowd, type CrowdNode } from './crowd.ts'
import { type Bench, compare } from './measure.ts'

const PROCESSES = 4
const REDIAL_MS = 250
/** Shorter where nobody has a minute for each round. */
const PARTITION_MS = Number(env['BENCH_PARTITION_MS'] ?? 60_000)
const WATCH_MS = 5_000
const SETTLE_MS = 240_000

interface Variant {
  readonly title: string
  readonly size: number
  readonly goalMs: number
  readonly rounds: number
  /** Before the revocation. */
  prepare?(crowd: Crowd): Promise<void>
  /** Once one other node has the entry; returns the moment from which is measured. */
  reached?(crowd: Crowd): Promise<number>
  restore?(crowd: Crowd): Promise<void>
}

/** One node hears of the entry, and then the process of the authority stands still. */
const hearOnce = async (crowd: Crowd) => await crowd.tell(0, { only: crowd.nodes[1]?.nodeId })
const pauseAuthority = async (crowd: Crowd) => {
  crowd.pause(0)
  return performance.now()
}
const resumeAuthority = async (crowd: Crowd) => {
  crowd.resume(0)
  await crowd.tell(0, { only: undefined })
}

const lose = async (crowd: Crowd) => {
  for (const process of crowd.processes) await crowd.tell(process, { lossPercent: 20 })
}

/** One process of four hears nothing of the others for a while. */
const cutOff = async (crowd: Crowd) => await crowd.tell(1, { isCutOff: true })
const heal = async (crowd: Crowd) => {
  await sleep(PARTITION_MS)
  await crowd.tell(1, { isCutOff: false })
  return performance.now()
}

const VARIANTS = {
  hundred: { title: '100 nodes', size: 100, goalMs: 1000, rounds: 5 },
  stopped: {
    ...{ title: '25 nodes, the authority stopped once one node has the entry', size: 25 },
    ...{ goalMs: 500, rounds: 6, prepare: hearOnce },
    ...{ reached: pauseAuthority, restore: resumeAuthority }
  },
  loss: {
    title: '25 nodes, 20 % of the requests lost',
    size: 25,
    goalMs: 500,
    rounds: 6,
    prepare: lose
  },
  partition: {
    ...{
      title: `25 nodes, a quarter cut off for ${PARTITION_MS / 1000} s, from its end`,
      size: 25
    },
    ...{ goalMs: 5000, rounds: 2, prepare: cutOff, reached: heal }
  }
} satisfies Readonly<Record<string, Variant>>

/**
 * A revocation under hard conditions: from the call of `cert.revoke`, or the moment that the variant
 * names, until the last node has cut the revoked one, which dials on and on; and what is left.
 */
export function benchVariant(name: keyof typeof VARIANTS): Bench {
  const variant: Variant = VARIANTS[name]
  return async ({ rounds }) => {
    const crowd = await Crowd.create(variant.size, PROCESSES)
    try {
      await Promise.all(crowd.nodes.map(connected))
      const comparison = await compare({
        title: `a revocation: ${variant.title}`,
        rounds: Math.min(rounds, variant.rounds),
        subjects: [{ name, run: () => revoke(crowd, variant) }],
        goals: [
          { subject: name, figure: 'cut everywhere ms', atMost: variant.goalMs },
          { subject: name, figure: 'surviving connections', atMost: 0 }
        ]
      })
      return [comparison]
    } finally {
      crowd.end()
    }
  }
}

async function revoke(crowd: Crowd, variant: Variant) {
  await crowd.settled()
  const victim = crowd.nodes.pop()
  const [authority, ...others] = crowd.nodes
  assert.ok(victim !== undefined && authority !== undefined)
  await variant.prepare?.(crowd)
  const { promise: reached, resolve: advanced } = Promise.withResolvers<void>()
  const { size } = await authority.client.call('trust.head')
  let heardAt = 0
  const onAdvance = (more: number) => {
    if (more <= size) return
    heardAt = performance.now()
    advanced()
  }
  const watches = await Promise.all(others.map((node) => watch(node, victim.nodeId, onAdvance)))
  let start = performance.now()
  const revoked = authority.client.call('cert.revoke', {
    ...{ by: 'node', value: victim.nodeId, waitMs: 0 }
  })
  const ending = new AbortController()
  const redialing = others.map((node) => redial(victim, node, ending.signal))
  await Promise.all([revoked, reached])
  if (variant.reached !== undefined) start = await variant.reached(crowd)
  await sleep(WATCH_MS)
  ending.abort()
  await Promise.all(redialing)
  await variant.restore?.(crowd)
  const ended = watches.flatMap(({ cutAt }) => cutAt() ?? [])
  await Promise.all(watches.map((each) => each.end()))
  assert.ok(ended.length > 0, 'nobody was connected')
  return {
    'last node has the entry, ms': Math.max(0, heardAt - start),
    'cut everywhere ms': Math.max(0, Math.max(...ended) - start),
    'had a connection': ended.length,
    'surviving connections': await countConnections(crowd.nodes, victim.nodeId)
  }
}

/** A hundred nodes in a few processes take their time to find each other. */
async function connected({ client }: CrowdNode): Promise<void> {
  await client.call('node.wait', { peers: 8, timeoutMs: SETTLE_MS }, { timeoutMs: 2 * SETTLE_MS })
}

interface Watch {
  /** When the node lost its connection, if it had one. */
  cutAt(): number | undefined
  end(): Promise<void>
}

/** A client has few subscriptions: one for each round, closed at its end. */
async function watch(
  { client }: CrowdNode,
  nodeId: string,
  onAdvance: (size: number) => void
): Promise<Watch> {
  let cutAt: number | undefined
  const topics = ['peer.closed', 'trust.advanced'] as const
  const subscription = await client.subscribe({ topics: [...topics] }, ({ topic, data }) => {
    if (topic === 'trust.advanced') onAdvance(Number(data['size']))
    // Whichever side was first: the revoked node may have heard of it before its peer.
    else if (data['nodeId'] === nodeId) cutAt = performance.now()
  })
  return { cutAt: () => cutAt, end: () => subscription.close() }
}

async function redial(victim: CrowdNode, { nodeId }: CrowdNode, signal: AbortSignal) {
  while (!signal.aborted) {
    // It must not get in; how often it is refused does not matter.
    await Promise.allSettled([victim.client.call('peer.connect', { peer: nodeId })])
    await sleep(REDIAL_MS)
  }
}

async function countConnections(nodes: readonly CrowdNode[], nodeId: string): Promise<number> {
  const lists = await Promise.all(
    nodes.map(({ client }) => client.call('peer.list', { connected: true, limit: 200 }))
  )
  return lists.flatMap(({ items }) => items).filter((item) => item.nodeId === nodeId).length
}
