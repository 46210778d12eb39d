import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RecentMap } from '../../../src/encoding/recent-map.ts'

describe('a map of what is recent', () => {
  test('forgets what was set longest ago, and never holds more', () => {
    const map = new RecentMap<string, number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.set('a', 3)
    map.set('c', 4)
    assert.deepEqual([map.get('a'), map.has('b'), map.get('c')], [3, false, 4])
    map.delete('a')
    map.set('d', 5)
    assert.deepEqual([map.has('a'), map.has('c'), map.has('d')], [false, true, true])
  })

  test('makes what it does not know, once', () => {
    const map = new RecentMap<string, object>(1)
    const made = map.getOrMake('a', () => ({}))
    assert.equal(
      map.getOrMake('a', () => ({})),
      made
    )
  })
})
