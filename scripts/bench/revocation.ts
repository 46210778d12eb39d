import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Daemon, Installation } from './daemons.ts'
import { type Bench, compare } from './measure.ts'

const NODES = 25
const REDIAL_MS = 250
const WATCH_MS = 2_000

/**
 * Real daemons driven over their sockets: from the call of `cert.revoke` until the last of them has
 * cut the revoked node, which goes on dialing all of them; and until all of them have said so.
 */
export const bench: Bench = async ({ rounds }) => {
  const installation = await Installation.create()
  try {
    const daemons = [...(await installation.network(NODES))]
    const [authority] = daemons
    assert.ok(authority !== undefined)
    await Promise.all(daemons.map(({ client }) => client.call('node.wait', { peers: 8 })))
    await sleep(WATCH_MS)
    const comparison = await compare({
      title: `a revocation among ${NODES} daemons`,
      rounds: Math.max(rounds, 6),
      subjects: [{ name: 'revocation', run: () => revoke(authority, daemons) }],
      goals: [
        { subject: 'revocation', figure: 'cut everywhere ms', atMost: 500 },
        { subject: 'revocation', figure: 'surviving connections', atMost: 0 }
      ]
    })
    return [comparison]
  } finally {
    await installation.end()
  }
}

async function revoke(authority: Daemon, daemons: Daemon[]) {
  const victim = daemons.pop()
  assert.ok(victim !== undefined)
  const { nodeId } = await victim.client.call('node.status')
  const { items } = await victim.client.call('peer.list', { connected: true, limit: 100 })
  const connected = new Set(items.map((item) => item.nodeId))
  const cuts = await Promise.all(daemons.map((daemon) => watchCut(daemon, nodeId)))
  const start = performance.now()
  const revoked = authority.client.call('cert.revoke', {
    by: 'node',
    value: nodeId,
    waitMs: 20_000
  })
  const until = start + WATCH_MS
  const redialing = redial(victim, [...connected], until)
  const [{ acks }] = await Promise.all([revoked, redialing])
  const ended = cuts.flatMap((cut) => cut() ?? [])
  assert.ok(ended.length > 0, 'nobody was connected')
  const surviving = await countConnections(daemons, nodeId)
  await victim.stop()
  return {
    'cut everywhere ms': Math.max(...ended) - start,
    'had a connection': ended.length,
    'all have acknowledged ms': acks?.missing.length === 0 ? acks.waitedMs : Number.NaN,
    'surviving connections': surviving
  }
}

/** When this daemon last cut the node. */
async function watchCut({ client }: Daemon, nodeId: string): Promise<() => number | undefined> {
  let cutAt: number | undefined
  await client.subscribe({ topics: ['peer.closed'] }, ({ data }) => {
    if (data['nodeId'] === nodeId && data['code'] !== undefined) cutAt = performance.now()
  })
  return () => cutAt
}

async function redial({ client }: Daemon, peers: readonly string[], until: number): Promise<void> {
  while (performance.now() < until) {
    await Promise.all(
      peers.map(async (peer) => {
        const dialed = client.call('peer.connect', { peer })
        // It must not get in; how often it is refused does not matter.
        await dialed.then(
          () => undefined,
          () => undefined
        )
      })
    )
    await sleep(REDIAL_MS)
  }
}

async function countConnections(daemons: readonly Daemon[], nodeId: string): Promise<number> {
  const lists = await Promise.all(
    daemons.map(({ client }) => client.call('peer.list', { connected: true, limit: 100 }))
  )
  return lists.flatMap(({ items }) => items).filter((item) => item.nodeId === nodeId).length
}
