import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NodeId } from '../../../src/identity/node-id.ts'
import { keptConnection, type PairedConnection } from '../../../src/overlay/kept-connection.ts'

const [smaller, larger] = ['12D3KooWA', '12D3KooWB'] as NodeId[] as [NodeId, NodeId]

function connection(
  direction: PairedConnection['direction'],
  open: number,
  status: PairedConnection['status'] = 'open'
): PairedConnection {
  return { direction, status, timeline: { open } }
}

describe('of two connections of a pair', () => {
  test('both ends keep the one that the smaller node id dialed', () => {
    const [out, into] = [connection('outbound', 2), connection('inbound', 1)]
    assert.equal(keptConnection(smaller, larger, [into, out]), out)
    assert.equal(keptConnection(larger, smaller, [out, into]), into)
  })

  test('the oldest stays among those dialed by the same node', () => {
    const [old, young] = [connection('outbound', 1), connection('outbound', 2)]
    assert.equal(keptConnection(smaller, larger, [young, old]), old)
    assert.equal(keptConnection(larger, smaller, [young, old]), old)
  })

  test('one that is closing is not kept, and without an open one there is none', () => {
    const closing = connection('outbound', 1, 'closing')
    const open = connection('inbound', 2)
    assert.equal(keptConnection(smaller, larger, [closing, open]), open)
    assert.equal(keptConnection(smaller, larger, [closing]), undefined)
  })
})
