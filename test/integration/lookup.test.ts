import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { concatBytes, parseText } from '../../src/encoding/bytes.ts'
import { encodeVarint } from '../../src/encoding/varint.ts'
import { type NodeId, nodeIdOf } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { DHT_PROTOCOL } from '../../src/overlay/dht.ts'
import { encodeFrame } from '../../src/overlay/frames.ts'
import { peerIdOf } from '../../src/overlay/libp2p-identity.ts'
import {
  createOverlayNetwork,
  inRoutingTable,
  type OverlayNetwork,
  type TestNode
} from '../support/overlay-network.ts'
import { createPlainHost } from '../support/plain-host.ts'

const FIND_NODE = Uint8Array.of(8, 4)

/** To whom nobody can be closer than the node itself. */
function keyOf({ nodeId }: { readonly nodeId: NodeId }): Uint8Array {
  const bytes = parseText(nodeId, 'base58btc')
  assert.ok(bytes.ok)
  return bytes.value
}

function field(number: number, content: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of((number << 3) | 2), encodeVarint(content.length), content])
}

interface Named {
  readonly nodeId: NodeId
  readonly addresses: readonly string[]
}

function named({ nodeId, host }: TestNode): Named {
  return { nodeId, addresses: host.addresses() }
}

/** From now on the node answers every question of the DHT with these; says how often it was asked. */
async function lie(liar: TestNode, answer: readonly Named[]): Promise<{ readonly asked: number }> {
  const count = { asked: 0 }
  const peers = answer.map(({ nodeId, addresses }) => {
    const listed = addresses.map((address) => field(2, multiaddr(address).bytes))
    return field(8, concatBytes([field(1, keyOf({ nodeId })), ...listed]))
  })
  await liar.host.libp2p.handle(
    DHT_PROTOCOL,
    (stream) => {
      count.asked++
      stream.addEventListener('message', () => {
        stream.send(encodeFrame(concatBytes([FIND_NODE, ...peers])))
        void stream.close()
      })
    },
    { force: true }
  )
  return count
}

/** Who was asked on which path of one lookup. */
async function pathsOf(seeker: TestNode, key: Uint8Array): Promise<Map<number, string[]>> {
  const paths = new Map<number, string[]>()
  for await (const event of seeker.host.libp2p.services.dht.getClosestPeers(key)) {
    if (event.name !== 'PEER_RESPONSE') continue
    const { index } = event.path
    paths.set(index, [...(paths.get(index) ?? []), event.from.toString()])
  }
  return paths
}

describe('a lookup', { timeout: 30_000 }, () => {
  let network: OverlayNetwork
  let seeker: TestNode
  let honest: readonly TestNode[]
  let liar: TestNode
  let target: TestNode
  before(async () => {
    network = createOverlayNetwork('lookup')
    seeker = await network.node('seeker', 'desk')
    const names = Array.from({ length: LIMITS.lookupPaths - 1 }, (_, i) => `honest-${i}`)
    honest = await Promise.all(names.map((name) => network.node(name, 'desk')))
    liar = await network.node('liar', 'desk')
    target = await network.node('target', 'desk')
    for (const node of honest) {
      await introduce(node, target)
      await introduce(seeker, node)
    }
    await introduce(seeker, liar)
  })
  after(async () => network.stop())

  /** The first has the second in its routing table afterwards. */
  async function introduce(from: TestNode, to: TestNode): Promise<void> {
    from.sync()
    to.sync()
    assert.ok((await from.dial(to)).ok)
    await inRoutingTable(from, to)
  }

  test('[SR-RT-1] goes along as many paths as promised, and nobody is asked on two of them', async () => {
    const paths = await pathsOf(seeker, keyOf(target))
    assert.ok(paths.size >= LIMITS.lookupPaths, `${paths.size} paths`)
    const asked = [...paths.values()].flat()
    assert.equal(new Set(asked).size, asked.length)
  })

  test('[SR-RT-1] finds what a node that hides it cannot hide on the other paths', async () => {
    await lie(liar, [])
    const found = await seeker.host.closestPeers(keyOf(target))
    assert.equal(found[0], target.nodeId)
    // Who has only the path through the liar does not find it.
    const lonely = await network.node('lonely', 'desk')
    await introduce(lonely, liar)
    const foundAlone = await lonely.host.closestPeers(keyOf(target))
    assert.ok(!foundAlone.includes(target.nodeId))
  })

  test('[SR-RT-4] never asks who is no member, and reports whoever named him', async () => {
    const stranger = nodeIdOf(PrivateKey.generate(network.random).publicKey)
    await lie(liar, [{ nodeId: stranger, addresses: ['/ip4/127.0.0.1/tcp/4001'] }, named(target)])
    seeker.outcomes.length = 0
    const found = await seeker.host.closestPeers(keyOf({ nodeId: stranger }))
    assert.ok(!found.includes(stranger))
    assert.ok(seeker.outcomes.length > 0)
    for (const outcome of seeker.outcomes) {
      assert.deepEqual(outcome, { nodeId: liar.nodeId, code: 'ROUTE_TO_STRANGER' })
    }
  })

  test('[SR-TC-1] fills no memory with addresses of a member that others make up', async () => {
    const made = Array.from({ length: 500 }, (_, i) => multiaddr(`/ip4/127.0.0.2/tcp/${1000 + i}`))
    const keptBy = async ({ peerStore }: Pick<TestNode['host']['libp2p'], 'peerStore'>) => {
      await peerStore.merge(peerIdOf(target.nodeId), { multiaddrs: made })
      return (await peerStore.get(peerIdOf(target.nodeId))).addresses.length
    }
    assert.ok((await keptBy(seeker.host.libp2p)) <= LIMITS.addressesPerPeerMax)
    const stock = await createPlainHost('stock')
    assert.ok((await keptBy(stock)) >= made.length, 'control: the store as it comes keeps all')
    await stock.stop()
  })

  test('[SR-RT-4] reports nobody who names only members', async () => {
    await lie(liar, [named(target)])
    seeker.outcomes.length = 0
    await seeker.host.closestPeers(keyOf(target))
    assert.deepEqual(seeker.outcomes, [])
  })

  test('[SR-RT-4] does not follow an answer to who is no closer than the one that gave it', async () => {
    const lonely = await network.node('alone', 'desk')
    await introduce(lonely, liar)
    const far = await network.node('far', 'desk')
    lonely.sync()
    far.sync()
    await lie(liar, [named(far)])
    const questions = await lie(far, [])
    await lonely.host.closestPeers(keyOf(liar))
    assert.equal(questions.asked, 0)
    await lonely.host.closestPeers(keyOf(far))
    assert.ok(questions.asked > 0, 'where he is closer he is asked')
  })
})
