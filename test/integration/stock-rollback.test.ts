import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rollBackStock } from '../../scripts/bench/record-attacks.ts'

test('the control of attacks on records: values of kad-dht are rolled back', async () => {
  assert.deepEqual(await rollBackStock(2), { attacks: 2, accepted: 2 })
})
