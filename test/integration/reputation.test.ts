import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NodeId } from '../../src/identity/node-id.ts'
import { Absences } from '../../src/reputation/absences.ts'
import { createStandings } from '../../src/reputation/standings.ts'
import { createOverlayNetwork, until } from '../support/overlay-network.ts'
import { MAJOR, testLedger, times } from '../support/reputation-cases.ts'

/** A server that keeps reputations, in a network whose members it knows by their certificates. */
async function withLedger(seed: string) {
  const network = createOverlayNetwork(seed)
  const ledger = testLedger({ members: 9, time: network.clock })
  const standings = createStandings({
    ...{ ledger, absences: new Absences(network.clock), clock: network.clock },
    memberOf: (nodeId: NodeId) => network.log.state.node(nodeId)?.member
  })
  const server = await network.start(await network.enroll('office', 'hq'), { standings })
  return { network, ledger, server }
}

describe('[SR-REP-3] a banned member', () => {
  test('is cut, refused in the handshake with the time that is left, and not dialed', async (t) => {
    const { network, ledger, server } = await withLedger('ban')
    t.after(() => network.stop())
    const mallory = await network.node('mallory', 'laptop')
    server.sync()
    assert.equal((await mallory.dial(server)).ok, true, 'control: nothing was against it')
    await until(server, () => server.host.peer(mallory.nodeId) !== undefined)
    times(5, () => ledger.apply('mallory', MAJOR))
    await server.host.rejudge()
    await until(server, () => server.closings.length > 0)
    assert.deepEqual(server.closings, [{ nodeId: mallory.nodeId, reason: 'PEER_BANNED' }])
    await until(mallory, () => mallory.closings.length > 0)
    const again = await mallory.dial(server)
    assert.deepEqual(again, {
      ok: false,
      fault: 'ADMISSION_REFUSED_BY_PEER',
      detail: { reason: 'PEER_BANNED', waitSeconds: 12 * 3600 }
    })
    assert.equal(mallory.refusals.at(-1)?.waitSeconds, 12 * 3600)
    const outbound = await server.dial(mallory)
    assert.equal(outbound.ok ? 'admitted' : outbound.fault, 'PEER_BANNED')
  })

  test('is known by its certificate under a new key, and admitted when the ban has ended', async (t) => {
    const { network, ledger, server } = await withLedger('new-key')
    t.after(() => network.stop())
    times(5, () => ledger.apply('mallory', MAJOR))
    // The server has not even seen the enrollment of the new key.
    const again = await network.node('mallory', 'new-laptop')
    const refused = await again.dial(server)
    assert.equal(refused.ok ? '' : refused.detail?.['reason'], 'PEER_BANNED')
    ledger.apply('mallory', { type: 'pardon' })
    server.sync()
    assert.equal((await again.dial(server)).ok, true)
  })
})
