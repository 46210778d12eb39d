import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { completionScript, SHELLS } from '../../src/cli/completion-script.ts'
import { COMMAND_GROUPS } from '../../src/cli/tree/index.ts'
import { GLOBAL_OPTIONS } from '../../src/cli/tree/options.ts'

const bashScript = completionScript('bash', COMMAND_GROUPS, GLOBAL_OPTIONS)

/** What bash offers after these words; the last one is the one being typed. */
function offered(...words: string[]): string[] {
  const setup = `COMP_WORDS=(${['peerage', ...words].map((word) => `'${word}'`).join(' ')})`
  const script = `${bashScript}\n${setup}\nCOMP_CWORD=${words.length}\n_peerage\nprintf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  assert.equal(stderr, '')
  return stdout.trim().split('\n')
}

describe('completion', () => {
  test('bash offers nouns, then verbs, then the options of the command', () => {
    assert.ok(offered('').includes('record'))
    assert.deepEqual(offered('stat'), ['status'])
    assert.deepEqual(offered('peer', 'dis'), ['disconnect'])
    assert.deepEqual(offered('peer', 'ls', '--con'), ['--connected'])
    assert.deepEqual(offered('peer', 'show', 'till', '--j'), ['--json'])
  })

  test('bash skips options and their values when it looks for the command', () => {
    assert.deepEqual(offered('--home', '/h', '--json', 'trust', 'he'), ['head'])
    assert.deepEqual(offered('peer', '--timeout', '5s', 'pi'), ['ping'])
  })

  test('the script of every shell names every command and every option', () => {
    for (const shell of SHELLS) {
      const script = completionScript(shell, COMMAND_GROUPS, GLOBAL_OPTIONS)
      for (const { name, options = [] } of COMMAND_GROUPS.flatMap((group) => group.commands)) {
        assert.ok(script.includes(name), `${shell}: ${name}`)
        for (const { flags } of options) {
          assert.ok(script.includes(flags.split(' ')[0]?.slice(2) ?? flags), `${shell}: ${flags}`)
        }
      }
    }
  })
})
