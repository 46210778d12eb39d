import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderCliReference } from '../../scripts/docs/cli.ts'
import { COMMAND_GROUPS } from '../../src/cli/tree/index.ts'
import { GLOBAL_OPTIONS } from '../../src/cli/tree/options.ts'
import { EXIT } from '../../src/errors.ts'

test('the reference names every command, every option and every exit code', () => {
  const text = renderCliReference()
  const specs = COMMAND_GROUPS.flatMap((group) => group.commands)
  for (const { name } of specs) assert.ok(text.includes(`\n### ${name}\n`), name)
  for (const { flags } of [...GLOBAL_OPTIONS, ...specs.flatMap(({ options = [] }) => options)]) {
    assert.ok(text.includes(`| \`${flags}\` |`), flags)
  }
  for (const code of Object.values(EXIT)) assert.match(text, new RegExp(`^\\| ${code} \\|`, 'm'))
})
