import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attackRecords } from '../../../support/record-attacks.ts'

test('[SR-INT-2] [SR-INT-3] no rollback, replay, substitution or foreign signature is accepted', async () => {
  assert.deepEqual(await attackRecords(100, 'attacks'), { attacks: 100, accepted: 0 })
})
