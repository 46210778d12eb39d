import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookAtLibp2p } from '../../../src/overlay/figures.ts'

test('libp2p is counted by direction, protocol and state, and by nobody', () => {
  const stream = (protocol: string) => ({ protocol })
  const connections = [
    { direction: 'inbound', streams: [stream('/peerage/record/1.0.0'), stream('')] },
    { direction: 'inbound', streams: [stream('/peerage/record/1.0.0')] },
    { direction: 'outbound', streams: [] }
  ]
  const dials = [{ status: 'active' }, { status: 'queued' }, { status: 'queued' }]
  const libp2p = { getConnections: () => connections, getDialQueue: () => dials }
  const figures = lookAtLibp2p(libp2p as never, { size: 3 })
  assert.deepEqual(Object.fromEntries(figures.connections), { inbound: 2, outbound: 1 })
  assert.deepEqual(Object.fromEntries(figures.streams), { '/peerage/record/1.0.0': 2, none: 1 })
  assert.deepEqual(Object.fromEntries(figures.dials), { active: 1, queued: 2 })
  assert.equal(figures.routingTable, 3)
})
