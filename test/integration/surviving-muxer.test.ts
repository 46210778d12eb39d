import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'

const PROGRAM = join(import.meta.dirname, '../support/muxer-end-program.ts')

function run(muxer: 'plain' | 'surviving') {
  return spawnSync(process.execPath, [PROGRAM, muxer], { encoding: 'utf8', timeout: 20_000 })
}

describe('a stream opened on a connection that ends in the same tick', () => {
  test('does not end the process', () => {
    const { status, stderr } = run('surviving')
    assert.equal(status, 0, stderr)
  })

  // When this fails, yamux has learned it by itself: remove src/overlay/surviving-muxer.ts.
  test('ends the process where the muxer is as the library has it', () => {
    const { status, stderr } = run('plain')
    assert.equal(status, 1)
    assert.match(stderr, /StreamStateError: Cannot write to a stream/)
  })
})
