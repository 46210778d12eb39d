import assert from 'node:assert/strict'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { earlierLog, openLogFile } from '../../../src/daemon/log-file.ts'
import { LIMITS } from '../../../src/limits.ts'

describe('the log file of a node', () => {
  const directory = mkdtempSync(join(tmpdir(), 'peerage-log-'))
  after(() => rmSync(directory, { recursive: true }))

  test('goes on where an earlier run has ended, for its owner alone', () => {
    const path = join(directory, 'goes-on.log')
    for (const line of ['one\n', 'two\n']) {
      const file = openLogFile(path)
      file.write(line)
      file.close()
    }
    assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n')
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  test('never takes more than twice its limit, however much is written', () => {
    const path = join(directory, 'bounded.log')
    const file = openLogFile(path)
    const line = `${'x'.repeat(1 << 20)}\n`
    for (let written = 0; written < 4 * LIMITS.logFileBytesMax; written += line.length)
      file.write(line)
    file.write('the last\n')
    file.close()
    assert.deepEqual(
      readdirSync(directory)
        .filter((name) => name.startsWith('bounded'))
        .sort(),
      ['bounded.log', 'bounded.log.1']
    )
    for (const each of [path, earlierLog(path)])
      assert.ok(statSync(each).size <= LIMITS.logFileBytesMax)
    assert.ok(readFileSync(path, 'utf8').endsWith('the last\n'))
  })

  test('is never written through a link that somebody has put there', () => {
    const target = join(directory, 'target')
    writeFileSync(target, '')
    symlinkSync(target, join(directory, 'linked.log'))
    const file = openLogFile(join(directory, 'linked.log'))
    file.write('secret\n')
    file.close()
    assert.equal(readFileSync(target, 'utf8'), '')
  })

  test('that cannot be opened does not end the node', () => {
    const file = openLogFile(join(directory, 'absent', 'x.log'))
    file.write('lost\n')
    file.close()
  })
})
