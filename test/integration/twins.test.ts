import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import type { Libp2p } from '@libp2p/interface'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { type TwinProof, verifyTwins } from '../../src/identity/sign-of-life.ts'
import { silentLogger } from '../../src/log.ts'
import { createTwins, SIGN_OF_LIFE_PROTOCOL } from '../../src/overlay/twins.ts'
import { FakeTime } from '../support/fake-time.ts'
import { createPlainHost } from '../support/plain-host.ts'
import { seededRandom } from '../support/seeded-random.ts'

const LIMIT = { timeout: 30_000 }
const network = networkIdOf(new Uint8Array(32).fill(7))

describe('[SR-FRD-1] two connections of one peer', () => {
  const hosts: Libp2p[] = []
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((libp2p) => libp2p.stop()))
  })

  /** A process with the key of the seed; `run` tells processes with one key apart. */
  async function start(seed: string, run = 1) {
    const libp2p = await createPlainHost(seed)
    hosts.push(libp2p)
    const proofs: TwinProof[] = []
    const found = Promise.withResolvers<TwinProof>()
    const asked = Promise.withResolvers<void>()
    const time = new FakeTime()
    const twins = createTwins({
      ...{ libp2p, network, clock: time, scheduler: time, logger: silentLogger },
      key: PrivateKey.generate(seededRandom(seed)),
      random: seededRandom(`${seed} ${run}`),
      onTwins(proof) {
        proofs.push(proof)
        found.resolve(proof)
      }
    })
    await twins.start()
    // How often anybody asked this process, seen from outside of what is tested.
    let questions = 0
    libp2p.addEventListener('connection:open', ({ detail }) => {
      const open = detail.newStream.bind(detail)
      detail.newStream = async (...args) => {
        const stream = await open(...args)
        if (args[0] === SIGN_OF_LIFE_PROTOCOL && ++questions === 3) asked.resolve()
        return stream
      }
    })
    return { libp2p, proofs, found: found.promise, asked: asked.promise }
  }

  async function dial(from: { libp2p: Libp2p }, to: { libp2p: Libp2p }): Promise<void> {
    await from.libp2p.dial(to.libp2p.getMultiaddrs(), { force: true })
  }

  test('by two processes with one key are a proof for everybody', LIMIT, async () => {
    const watcher = await start('watcher')
    await dial(await start('node', 1), watcher)
    await dial(await start('node', 2), watcher)
    const verdict = verifyTwins(await watcher.found, network)
    const nodeId = nodeIdOf(PrivateKey.generate(seededRandom('node')).publicKey)
    assert.deepEqual(verdict, { ok: true, value: nodeId })
  })

  test('by one process, however it dials, prove nothing', LIMIT, async () => {
    const watcher = await start('watcher')
    const node = await start('node')
    await Promise.all([dial(node, watcher), dial(watcher, node)])
    await dial(node, watcher)
    await watcher.asked
    assert.deepEqual([...watcher.proofs, ...node.proofs], [])
  })

  test('of which one is dead prove nothing: a node that starts again is alone', LIMIT, async () => {
    const watcher = await start('watcher')
    const before = await start('node', 1)
    await dial(before, watcher)
    await before.libp2p.stop()
    const after = await start('node', 2)
    await dial(after, watcher)
    await dial(after, watcher)
    await watcher.asked
    assert.deepEqual(watcher.proofs, [])
  })
})
