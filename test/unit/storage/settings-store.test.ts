import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../../src/storage/database.ts'
import { createSettingsStore } from '../../../src/storage/settings-store.ts'

test('a setting is absent until it is set, and the last value counts', () => {
  const db = openDatabase(':memory:')
  const settings = createSettingsStore(db)
  assert.equal(settings.get('front-desk'), undefined)
  settings.set('front-desk', 'one')
  settings.set('front-desk', 'two')
  settings.set('bootstrap', 'anna')
  assert.equal(createSettingsStore(db).get('front-desk'), 'two')
  assert.equal(settings.get('bootstrap'), 'anna')
  db.close()
})
