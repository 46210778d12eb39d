import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SlotTable } from '../../../src/overlay/slots.ts'

describe('slots', () => {
  test('[SR-TC-1] whoever comes when all slots of a key are taken waits in line', async () => {
    const slots = new SlotTable<string>(2)
    const order: string[] = []
    await slots.acquire('a')
    await slots.acquire('a')
    const waiting = ['first', 'second'].map(async (name) => {
      await slots.acquire('a')
      order.push(name)
    })
    await slots.acquire('b')
    assert.deepEqual(order, [])
    slots.release('a')
    slots.release('a')
    await Promise.all(waiting)
    assert.deepEqual(order, ['first', 'second'])
  })

  test('without waiting a slot is taken or not', () => {
    const slots = new SlotTable<string>(1)
    assert.equal(slots.tryAcquire('a'), true)
    assert.equal(slots.tryAcquire('a'), false)
    slots.release('a')
    assert.equal(slots.tryAcquire('a'), true)
  })

  test('[SR-REP-3] who is restricted gets a part of them, though never none', async () => {
    let divisor = 4
    const slots = new SlotTable<string>(8, () => divisor)
    assert.deepEqual(
      [1, 2, 3].map(() => slots.tryAcquire('a')),
      [true, true, false]
    )
    const waiting = [slots.acquire('a'), slots.acquire('a')]
    divisor = 1
    slots.release('a')
    await Promise.all(waiting)
    divisor = 100
    assert.equal(slots.tryAcquire('a'), false)
    assert.equal(slots.tryAcquire('b'), true)
    assert.equal(slots.tryAcquire('b'), false)
  })

  test('a slot that was never taken cannot be released', () => {
    assert.throws(() => new SlotTable<string>(1).release('a'))
  })
})
