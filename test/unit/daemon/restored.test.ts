import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { requireNotRestored, watchRestored } from '../../../src/daemon/restored.ts'
import type { NodeId } from '../../../src/identity/node-id.ts'

const SELF = 'self' as NodeId
const OTHERS = ['a', 'b', 'c', 'd'] as NodeId[]

function setup(others: readonly NodeId[] = OTHERS) {
  const values = new Map([['restored', '1000']])
  const open: { code: string; detail: Record<string, string> }[] = []
  const log = {
    size: 5,
    reach: 5,
    state: { liveNodes: () => [SELF, ...others].map((nodeId) => ({ nodeId })) }
  }
  const settings = {
    get: (key: string) => values.get(key),
    set: (key: string, value: string) => values.set(key, value)
  }
  const alarms = {
    raise: ({ code }: { code: string }) => open.push({ code, detail: {} }),
    clear: (code: string) =>
      open.splice(
        open.findIndex((alarm) => alarm.code === code),
        1
      ),
    open: () => open
  }
  const restored = watchRestored({ settings, log, self: SELF, alarms } as never)
  const isHeld = () => {
    try {
      requireNotRestored(settings)
      return false
    } catch (error) {
      assert.equal((error as { code: string }).code, 'HOME_RESTORED')
      return true
    }
  }
  return { restored, isHeld, open, log, settings }
}

describe('[SR-CFG-4] a home that was restored', () => {
  test('signs nothing before more than half of the other nodes were met', () => {
    const { restored, isHeld, open } = setup()
    assert.deepEqual(
      open.map(({ code }) => code),
      ['HOME_RESTORED']
    )
    for (const nodeId of ['a', 'b', 'b', 'stranger', SELF] as NodeId[]) {
      restored.met(nodeId)
      assert.ok(isHeld(), nodeId)
    }
    restored.met('c' as NodeId)
    assert.equal(isHeld(), false)
    assert.deepEqual(open, [])
  })

  test('waits for the entries that a peer has shown', () => {
    const { restored, isHeld, log } = setup(['a' as NodeId])
    log.reach = 7
    restored.met('a' as NodeId)
    assert.ok(isHeld())
    log.size = 7
    restored.look()
    assert.equal(isHeld(), false)
  })

  test('waits for ever where its log knows of nobody else', () => {
    const { restored, isHeld } = setup([])
    restored.look()
    assert.ok(isHeld())
  })

  test('waits while its key is in use at two places', () => {
    const { restored, isHeld, open } = setup(['a' as NodeId])
    open.push({ code: 'CERTIFICATE_IN_TWO_PLACES', detail: { nodeId: SELF } })
    restored.met('a' as NodeId)
    assert.ok(isHeld())
    open.pop()
    restored.look()
    assert.equal(isHeld(), false)
  })

  test('is an ordinary one from then on', () => {
    const { restored, settings } = setup(['a' as NodeId])
    restored.met('a' as NodeId)
    requireNotRestored(settings)
  })
})
