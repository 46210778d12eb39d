/**
 * Writes the references that are made from the program's own tables. With `--check` nothing is
 * written: a file that differs is named and the exit code is 1.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv, exit, stderr } from 'node:process'
import { renderCliReference } from './docs/cli.ts'
import { renderConfiguration, renderExample } from './docs/configuration.ts'
import { renderErrors } from './docs/errors.ts'
import { renderLimits } from './docs/limits.ts'
import { renderManual, renderSettingsManual } from './docs/man.ts'
import { renderMetrics } from './docs/metrics.ts'
import { renderReputation } from './docs/reputation.ts'
import { renderRpc } from './docs/rpc.ts'

/** Every generated file. */
const DOCUMENTS: readonly (readonly [path: string, render: () => string])[] = [
  ['docs/cli.md', renderCliReference],
  ['docs/rpc.md', renderRpc],
  ['docs/errors.md', renderErrors],
  ['docs/limits.md', renderLimits],
  ['docs/reputation.md', renderReputation],
  ['docs/metrics.md', renderMetrics],
  ['docs/configuration.md', renderConfiguration],
  ['config/peerage.example.toml', renderExample],
  ['man/peerage.1', renderManual],
  ['man/peerage.toml.5', renderSettingsManual]
]

const root = join(import.meta.dirname, '..')
const isCheck = argv.includes('--check')
let isStale = false
for (const [path, render] of DOCUMENTS) {
  const text = render()
  if (!isCheck) writeFileSync(join(root, path), text)
  else if (read(path) !== text) {
    isStale = true
    stderr.write(`${path} is out of date: run npm run docs\n`)
  }
}
exit(isStale ? 1 : 0)

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    // Not there yet, which is as stale as it gets.
    return undefined
  }
}
