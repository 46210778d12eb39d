import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { renderCliReference } from '../../scripts/docs/cli.ts'
import { renderManual, renderSettingsManual } from '../../scripts/docs/man.ts'
import { COMMAND_GROUPS } from '../../src/cli/tree/index.ts'
import { GLOBAL_OPTIONS } from '../../src/cli/tree/options.ts'
import { listSettings } from '../../src/config/settings.ts'
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

test('the manual names every command, every option and every setting, and formats without a warning', (t) => {
  const pages = [renderManual(), renderSettingsManual()]
  const probe = spawnSync('groff', ['--version'])
  if (probe.error !== undefined) t.diagnostic('groff IS MISSING: the manual was only read')
  const shown = pages.map((page) => {
    if (probe.error !== undefined) return page.replaceAll('\\-', '-')
    // Wide, so that no line ends within what is looked for.
    const words = ['-man', '-Tutf8', '-ww', '-rLL=400n', '-P-cbou']
    const { stdout, stderr } = spawnSync('groff', words, { input: page, encoding: 'utf8' })
    assert.equal(stderr, '')
    return stdout
  })
  const specs = COMMAND_GROUPS.flatMap((group) => group.commands)
  for (const { name } of specs) assert.ok(shown[0]?.includes(`peerage ${name}`), name)
  for (const { flags } of [...GLOBAL_OPTIONS, ...specs.flatMap(({ options = [] }) => options)]) {
    assert.ok(shown[0]?.includes(flags), flags)
  }
  for (const { name } of listSettings()) assert.ok(shown[1]?.includes(name), name)
})
