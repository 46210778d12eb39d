import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { opensAll, sealedVectors } from '../../scripts/vectors/sealed.ts'

const { sealed, ...vectors } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'sealed.json'), 'utf8')
)

test('[SR-CONF-2] keys and names of sealed values are those of the vectors', () => {
  assert.deepEqual(sealedVectors(), vectors)
})

test('[SR-CONF-2] the sealed value of the vectors opens with the key of every reader', async () => {
  assert.ok(await opensAll(new Uint8Array(Buffer.from(sealed, 'hex'))))
})
