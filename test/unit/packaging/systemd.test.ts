import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { parseCommandLine } from '../../../src/cli/program.ts'
import { COMMAND_GROUPS } from '../../../src/cli/tree/index.ts'

const ROOT = join(import.meta.dirname, '../../..')
const PROGRAM = '/usr/local/bin/peerage'
const unit = readFileSync(join(ROOT, 'config/systemd/peerage.service'), 'utf8')
const dropIn = readFileSync(join(ROOT, 'config/systemd/passphrase.conf'), 'utf8')
/** In tenths, as systemd-analyze counts: 0 is shut, 100 is open. */
const EXPOSURE_MAX = 15

/** The values of a setting, in order. */
function valuesOf(text: string, name: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map((match) => match[1] ?? '')
}

function commandsOf(text: string): readonly string[] {
  const lines = ['ExecStart', 'ExecStartPost'].flatMap((name) => valuesOf(text, name))
  return lines.filter((line) => line !== '')
}

describe('[SR-CTL-1] the unit for systemd', () => {
  const directory = mkdtempSync(join(tmpdir(), 'peerage-systemd-'))
  after(() => rmSync(directory, { recursive: true }))

  test('starts the program with command lines that it takes', () => {
    const lines = [...commandsOf(unit), ...commandsOf(dropIn)]
    assert.equal(lines.length, 3)
    for (const line of lines) {
      const [program, ...words] = line.split(' ')
      assert.equal(program, PROGRAM)
      assert.ok('spec' in parseCommandLine(COMMAND_GROUPS, words), line)
    }
  })

  test('runs as a user of its own, without rights, and writes nowhere but into its home', () => {
    const exact: Readonly<Record<string, string>> = {
      ...{ User: 'peerage', NoNewPrivileges: 'yes', CapabilityBoundingSet: '' },
      ...{ ProtectSystem: 'strict', ProtectHome: 'yes', PrivateTmp: 'yes', PrivateDevices: 'yes' },
      ...{ StateDirectory: 'peerage', StateDirectoryMode: '0700', UMask: '0077' },
      ...{ Environment: 'PEERAGE_HOME=/var/lib/peerage', RestrictNamespaces: 'yes' }
    }
    for (const [name, value] of Object.entries(exact)) {
      assert.deepEqual(valuesOf(unit, name), [value], name)
    }
    assert.deepEqual(valuesOf(unit, 'ReadWritePaths'), [])
    assert.match(valuesOf(unit, 'SystemCallFilter').join(' '), /@system-service ~@privileged/)
  })

  test('gives a passphrase as a credential, never in a variable or a command line', () => {
    assert.deepEqual(valuesOf(dropIn, 'LoadCredential'), ['passphrase:/etc/peerage/passphrase'])
    assert.deepEqual(valuesOf(dropIn, 'Environment'), [])
    assert.match(dropIn, /--passphrase-file \$\{CREDENTIALS_DIRECTORY\}\/passphrase$/m)
  })

  test('promises no notification that nobody sends', () => {
    assert.deepEqual(valuesOf(unit, 'Type'), ['exec'])
    assert.deepEqual(valuesOf(unit, 'WatchdogSec'), [])
  })

  test('is what systemd-analyze takes, and shut as far as it goes', (t) => {
    const probe = spawnSync('systemd-analyze', ['--version'])
    if (probe.error !== undefined) {
      t.diagnostic('systemd-analyze IS MISSING: the unit was only read. apt-get install systemd')
      return
    }
    // Where the program is now, so that its absence is not what is found.
    const here = (text: string) => text.replaceAll(PROGRAM, join(ROOT, 'bin/peerage.js'))
    const path = join(directory, 'peerage.service')
    mkdirSync(`${path}.d`)
    writeFileSync(path, here(unit))
    writeFileSync(`${path}.d/passphrase.conf`, here(dropIn))
    const analyze = (...words: string[]) =>
      spawnSync('systemd-analyze', [...words, path], { encoding: 'utf8' })
    const verified = analyze('verify', '--man=no')
    assert.deepEqual([verified.status, verified.stderr], [0, ''])
    const security = ['security', '--offline=true', '--no-pager']
    const judged = analyze(...security, `--threshold=${EXPOSURE_MAX}`)
    assert.equal(judged.status, 0, judged.stdout)
    t.diagnostic(judged.stdout.trim().split('\n').at(-1) ?? '')
    // The same without its protection is found out.
    writeFileSync(path, here(unit).replace(/^(Protect|Private|Restrict|SystemCall).*$/gm, ''))
    assert.notEqual(analyze(...security, `--threshold=${EXPOSURE_MAX}`).status, 0)
  })
})
