import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { accept, refuse } from '../../../src/encoding/verdict.ts'
import { LIMITS } from '../../../src/limits.ts'
import type { TrustRequest, TrustResponse } from '../../../src/protocols/trust-sync/messages.ts'
import { accepted, TestHistory } from '../../support/trust-network.ts'
import { type SyncedNode, settle, TrustSyncNetwork } from '../../support/trust-sync-network.ts'

const PAGES = 3
const MEMBERS = LIMITS.syncEntriesMax * PAGES + 10

/** An authority with entries for several pages, and what it is asked. */
async function longLog(seed: string) {
  const network = new TrustSyncNetwork(seed)
  const { authority, log } = network.trust
  const source = await network.join(log)
  for (let i = 0; i < MEMBERS; i++) {
    const member = `m-${i}`
    await authority.decide({ type: 'member-added', attributes: {}, member, groups: [] })
  }
  return { network, source, log }
}

/** Stands in front of the node: `lie` sees every question and may answer it otherwise. */
function intercept(
  network: TrustSyncNetwork,
  node: SyncedNode,
  lie: (request: TrustRequest, truth: TrustResponse) => TrustResponse | undefined
): TrustRequest[] {
  const asked: TrustRequest[] = []
  network.memory.intercept(node.overlay.nodeId, async (call) => {
    const request = call.request as TrustRequest
    asked.push(request)
    const truth = await call.pass()
    if (!truth.ok) return truth
    const answer = lie(request, truth.value as TrustResponse)
    return answer === undefined ? refuse('TIMEOUT') : accept(answer)
  })
  return asked
}

function pagesOf(asked: readonly TrustRequest[]): number[] {
  return asked.flatMap((request) => (request.ask === 'entries' ? [request.from] : []))
}

describe('[SR-CFG-2] the catch-up of a long log', { timeout: 30_000 }, () => {
  test('takes page by page, goes on where it broke off, and tells others at its end', async () => {
    const { network, source, log } = await longLog('resume')
    const late = await network.join()
    const third = await network.join()
    late.overlay.unlink(third.overlay.nodeId)
    third.overlay.unlink(source.overlay.nodeId)
    const isLost = ({ ask, ...request }: TrustRequest) =>
      ask === 'entries' && 'from' in request && request.from > LIMITS.syncEntriesMax
    const first = intercept(network, source, (request, truth) =>
      isLost(request) ? undefined : truth
    )
    const broken = await late.sync.pull(source.overlay.nodeId)
    assert.equal(broken.ok ? 'whole' : broken.fault, 'TIMEOUT')
    assert.deepEqual(pagesOf(first), [1, 1 + LIMITS.syncEntriesMax])
    assert.deepEqual([late.log.size, late.log.reach], [1, 1 + LIMITS.syncEntriesMax])

    const second = intercept(network, source, (_, truth) => truth)
    const rest = log.size - late.log.reach
    assert.deepEqual(await late.sync.pull(source.overlay.nodeId), accept({ added: rest }))
    assert.deepEqual(pagesOf(second), [257, 513, 769].slice(0, PAGES))
    assert.deepEqual(late.log.head().bytes, log.head().bytes)
    network.stop()
  })

  test('hears of every page, and only the last one has the head', async () => {
    const { network, source, log } = await longLog('hears')
    const late = await network.join()
    const heard: [number, boolean][] = []
    late.log.onAdvance(({ added, isPart }) => heard.push([added.length, isPart]))
    accepted(await late.sync.pull(source.overlay.nodeId))
    assert.deepEqual(heard, [...Array.from({ length: PAGES }, () => [256, true]), [10, false]])
    assert.equal(late.log.size, log.size)
    network.stop()
  })

  test('asks several peers at once and takes every page from whoever is first', async () => {
    const { network, source, log } = await longLog('several')
    const other = await network.join()
    accepted(await other.sync.pull(source.overlay.nodeId))
    const late = await network.join()
    const pulled = await Promise.all(
      [source, other].map(({ overlay }) => late.sync.pull(overlay.nodeId))
    )
    for (const verdict of pulled) accepted(verdict)
    assert.deepEqual(late.log.head().bytes, log.head().bytes)
    await settle()
    network.stop()
  })

  test('stores nothing of a page that is not of the log, and the next peer helps', async () => {
    const { network, source, log } = await longLog('garbage')
    const late = await network.join()
    const history = new TestHistory('garbage')
    for (let i = 1; i < LIMITS.syncEntriesMax; i++) history.addMember(`eve-${i}`)
    intercept(network, source, (request, truth) =>
      request.ask === 'entries' && request.from > 1
        ? { ask: 'entries', entries: history.entries }
        : truth
    )
    const refused = await late.sync.pull(source.overlay.nodeId)
    assert.equal(refused.ok ? 'taken' : refused.fault, 'TRUST_PROOF_INVALID')
    assert.deepEqual([late.log.size, late.log.reach], [1, 257])
    network.memory.intercept(source.overlay.nodeId, undefined)
    accepted(await late.sync.pull(source.overlay.nodeId))
    assert.equal(late.log.size, log.size)
    network.stop()
  })
})
