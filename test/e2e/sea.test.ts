import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { LOOPBACK, PATIENCE_MS } from './support.ts'

const ROOT = join(import.meta.dirname, '../..')
/** An older runtime cannot build one; the clone brings this one, whatever runs the test. */
const RUNTIME = join(ROOT, 'node_modules/node/bin/node')

describe('the executable that is one file', { timeout: 120_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'peerage-sea-'))
  const program = join(directory, 'sea/peerage')
  const home = ['--home', join(directory, 'home')]
  // Nothing of the machine is found but the file itself.
  const init = { env: {}, cwd: '/', encoding: 'utf8', timeout: PATIENCE_MS } as const
  after(() => rmSync(directory, { recursive: true }))

  before(() => {
    const words = [join(ROOT, 'scripts/build-sea.ts'), '--out', join(directory, 'sea')]
    execFileSync(RUNTIME, words, { stdio: 'pipe' })
  })

  function json(words: readonly string[]) {
    const ran = spawnSync(program, [...home, ...words, '--json'], init)
    assert.equal(ran.status, 0, `${words.join(' ')}: ${ran.stdout}${ran.stderr}`)
    return JSON.parse(ran.stdout)
  }

  test('says its version and comes with what it contains', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const { stdout, stderr } = spawnSync(program, ['--version'], init)
    assert.match(stdout, new RegExp(`^peerage ${version} \\(Node\\.js 26\\.`))
    assert.equal(stderr, '')
    assert.deepEqual(readdirSync(join(directory, 'sea')).toSorted(), [
      ...['THIRD-PARTY.txt', 'peerage', 'sbom.cdx.json']
    ])
  })

  test('creates a network, runs a node, keeps a record and stops', async () => {
    const listen = ['--listen', LOOPBACK, '--front-desk', LOOPBACK]
    json(['network', 'create', 'acme', '--node', 'hq', ...listen])
    const daemon = spawn(program, [...home, 'up', '--json'], { env: {}, stdio: 'pipe' })
    try {
      await once(daemon.stdout, 'data')
      assert.equal(json(['status']).state, 'ready')
      json(['record', 'put', 'note', 'greeting', 'hello'])
      const read = json(['record', 'get', 'note', 'greeting'])
      assert.equal(Buffer.from(read.value, 'base64url').toString(), 'hello')
      json(['invite', 'create', '--member', 'bob', '--node', 'laptop'])
      const closed = once(daemon, 'close')
      json(['down'])
      assert.deepEqual(await closed, [0, null])
    } finally {
      daemon.kill('SIGKILL')
    }
  })

  test('starts itself again where it needs processes of its own', () => {
    const variables = { ...init, env: { TMPDIR: directory } }
    const up = spawnSync(program, ['testnet', 'up', '2', '--json'], variables)
    try {
      assert.equal(up.status, 0, up.stdout + up.stderr)
    } finally {
      spawnSync(program, ['testnet', 'down'], variables)
    }
  })
})
