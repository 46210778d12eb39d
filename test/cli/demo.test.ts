import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Cast } from '../../src/cli/demo/cast.ts'
import { fakeEnvironment } from '../support/fake-terminal.ts'

describe('the processes of the demo', { timeout: 30_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-cast-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** A cast whose every process runs this text instead of the program. */
  function castOf(text: string, executable = process.execPath): Cast {
    return new Cast(folder, fakeEnvironment({ program: [executable, '-e', text, '--'] }))
  }

  const failed = { code: 'DEMO_STEP_FAILED' }

  test('a command answers with what it printed', async () => {
    const cast = castOf('console.log(JSON.stringify({ words: process.argv.slice(1) }))')
    const { words } = await cast.run('hq', ['status'])
    assert.deepEqual(words, ['--home', join(folder, 'hq'), 'status', '--json'])
    assert.deepEqual(cast.homes(), { hq: join(folder, 'hq') })
  })

  test('a program that cannot start fails the command, and the end is not held up', async () => {
    const cast = castOf('', join(folder, 'absent'))
    await assert.rejects(cast.run('hq', ['status']), failed)
    await assert.rejects(cast.up('hq'), failed)
    await cast.end()
  })

  test('a command that prints nothing has not happened, even when it ends well', async () => {
    await assert.rejects(castOf('').run('hq', ['status']), failed)
  })

  test('a command that ends before it has read its input fails alone', async () => {
    await assert.rejects(castOf('').run('hq', ['join'], 'x'.repeat(1 << 22)), failed)
  })

  test('a command that fails says so with its code and its remedy', async () => {
    const error = { code: 'HOME_EMPTY', message: 'Nothing here.', hint: 'Create one.' }
    const cast = castOf(`console.log('${JSON.stringify({ error })}'); process.exitCode = 5`)
    const details = { reason: 'HOME_EMPTY: Nothing here', suggestion: 'Create one.' }
    await assert.rejects(cast.run('hq', ['status']), { ...failed, details })
  })

  test('after the end nothing starts any more', async () => {
    const cast = castOf('console.log("{}")')
    assert.deepEqual(await cast.run('hq', ['status']), {})
    await cast.end()
    await assert.rejects(cast.run('hq', ['status']), { code: 'CANCELED' })
  })
})
