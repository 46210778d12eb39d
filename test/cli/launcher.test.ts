import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'

const ROOT = join(import.meta.dirname, '../..')
const LAUNCHER = join(ROOT, 'bin/peerage.js')
const PINNED = join(ROOT, 'node_modules/node/bin/node')
/** A runtime of the machine that is too old for Peerage, where it has one. */
const OLD = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => existsSync(path) && isOld(path))

const directory = mkdtempSync(join(tmpdir(), 'peerage-launcher-'))
after(() => rmSync(directory, { recursive: true }))

function isOld(runtime: string): boolean {
  const { stdout } = spawnSync(runtime, ['--version'], { encoding: 'utf8' })
  const [major = 0, minor = 0] = stdout.slice(1).split('.').map(Number)
  return major < 24 || (major === 24 && minor < 7)
}

function run(runtime: string, words: readonly string[], launcher = LAUNCHER) {
  const env = { PATH: process.env['PATH'], HOME: directory }
  const { status, stdout, stderr } = spawnSync(runtime, [launcher, ...words], {
    env,
    encoding: 'utf8',
    timeout: 30_000
  })
  return { status, stdout, stderr }
}

/** A package of its own: this launcher, and in place of the program what the test gives. */
function packageWith(program: string, runtime?: string): string {
  const root = mkdtempSync(join(directory, 'package-'))
  mkdirSync(join(root, 'bin'))
  mkdirSync(join(root, 'src/cli'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  writeFileSync(join(root, 'src/cli/main.ts'), program)
  copyFileSync(LAUNCHER, join(root, 'bin/peerage.js'))
  if (runtime !== undefined) {
    mkdirSync(join(root, 'node_modules/node/bin'), { recursive: true })
    symlinkSync(runtime, join(root, 'node_modules/node/bin/node'))
  }
  return join(root, 'bin/peerage.js')
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }))
  })
}

async function firstOutput(child: ChildProcess): Promise<string> {
  return await new Promise((resolve) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString()))
  })
}

const WAITS = `
process.on('SIGTERM', () => process.exit(42))
setInterval(() => {}, 1000)
process.stdout.write('up')
`

const runtimes = OLD === undefined ? [process.execPath] : [process.execPath, OLD]

describe('the launcher', { timeout: 60_000 }, () => {
  for (const runtime of runtimes) {
    test(`runs the program under ${runtime}, whatever its version`, () => {
      const { status, stdout, stderr } = run(runtime, ['version', '--json'])
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
      const [major = 0] = JSON.parse(stdout).node.split('.').map(Number)
      assert.ok(major >= 24)
    })

    test(`hands arguments, output and exit code on under ${runtime}`, () => {
      const { status, stdout, stderr } = run(runtime, ['status'])
      assert.deepEqual({ status, stdout }, { status: 3, stdout: '' })
      assert.match(stderr, /^✖ DAEMON_UNREACHABLE/)
    })

    test(`hands a signal on and the exit code back under ${runtime}`, async () => {
      const launcher = packageWith(WAITS, PINNED)
      const child = spawn(runtime, [launcher], { stdio: ['ignore', 'pipe', 'inherit'] })
      await firstOutput(child)
      child.kill('SIGTERM')
      assert.deepEqual(await ended(child), { code: 42, signal: null })
    })

    test(`kill -9 ends the program too under ${runtime}`, async () => {
      const launcher = packageWith(WAITS, PINNED)
      const child = spawn(runtime, [launcher], { stdio: ['ignore', 'pipe', 'inherit'] })
      await firstOutput(child)
      // Standard output closes when the last process that holds it has ended.
      const closed = new Promise((resolve) => child.on('close', resolve))
      child.kill('SIGKILL')
      await closed
    })

    test(`[SR-CONF-3] a passphrase descriptor reaches the program under ${runtime}`, () => {
      const program = `import { readFileSync } from 'node:fs'\nprocess.stdout.write(readFileSync(5))`
      const launcher = packageWith(program, PINNED)
      const command = `'${runtime}' '${launcher}' up --passphrase-fd 5 5<<< secret`
      const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' })
      assert.deepEqual({ stdout, stderr }, { stdout: 'secret\n', stderr: '' })
    })
  }

  test('a clone runs its sources, a package without sources what was built', () => {
    const launcher = packageWith('process.stdout.write("sources")')
    const built = join(launcher, '../../dist/cli')
    mkdirSync(built, { recursive: true })
    writeFileSync(join(built, 'main.js'), 'process.stdout.write("built")')
    assert.equal(run(process.execPath, [], launcher).stdout, 'sources')
    rmSync(join(launcher, '../../src'), { recursive: true })
    assert.equal(run(process.execPath, [], launcher).stdout, 'built')
  })

  if (OLD !== undefined) {
    test('[SR-USE-1] without the pinned runtime an old one is RUNTIME_UNSUPPORTED with the remedy', () => {
      const launcher = packageWith('')
      const human = run(OLD, ['status'], launcher)
      assert.deepEqual([human.status, human.stdout], [1, ''])
      assert.match(human.stderr, /^✖ RUNTIME_UNSUPPORTED .*\n {2}fix: .*npm ci.*\n$/)
      const json = run(OLD, ['status', '--json'], launcher)
      assert.equal(JSON.parse(json.stdout).error.code, 'RUNTIME_UNSUPPORTED')
    })

    test('a pinned runtime that is too old itself is refused and not started again', () => {
      const launcher = packageWith('', OLD)
      const { status, stderr } = run(OLD, ['status'], launcher)
      assert.equal(status, 1)
      assert.match(stderr, /^✖ RUNTIME_UNSUPPORTED/)
    })
  }
})

describe('the process', { timeout: 60_000 }, () => {
  test('a reader that goes away is no crash', () => {
    const command = `'${process.execPath}' '${LAUNCHER}' completion bash | head -1; echo "\${PIPESTATUS[0]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' })
    assert.match(stdout, /^# bash completion.*\n0\n$/)
    assert.equal(stderr, '')
  })

  test('a full disk under standard output is a failure', () => {
    if (!existsSync('/dev/full')) return
    const command = `'${process.execPath}' '${LAUNCHER}' version > /dev/full`
    assert.equal(spawnSync('bash', ['-c', command]).status, 1)
  })

  test('waiting for a daemon that never comes ends with DAEMON_UNREACHABLE', () => {
    const { status, stderr } = run(process.execPath, ['wait', 'ready', '--timeout', '300ms'])
    assert.equal(status, 3)
    assert.match(stderr, /^✖ DAEMON_UNREACHABLE/)
  })

  test('[SR-USE-1] a home that cannot be made is HOME_UNWRITABLE with the remedy', () => {
    const home = join(LAUNCHER, 'home')
    const words = ['network', 'create', 'acme', '--node', 'hq', '--home', home]
    const { status, stdout, stderr } = run(process.execPath, words)
    assert.deepEqual({ status, stdout }, { status: 1, stdout: '' })
    assert.match(stderr, /^✖ HOME_UNWRITABLE .*\n {2}path .*\n {2}cause .*\n {2}fix: Check owner/)
  })

  test('status loads neither libp2p nor zod nor the node', () => {
    const hook = join(directory, 'loaded.mjs')
    writeFileSync(
      hook,
      `import { registerHooks } from 'node:module'
       import { appendFileSync } from 'node:fs'
       registerHooks({ load(url, context, next) {
         appendFileSync(${JSON.stringify(join(directory, 'loaded'))}, url + '\\n')
         return next(url, context)
       } })`
    )
    spawnSync(process.execPath, ['--import', hook, LAUNCHER, 'status'], {
      env: { HOME: directory, PATH: process.env['PATH'] }
    })
    const loaded = readFileSync(join(directory, 'loaded'), 'utf8')
    assert.match(loaded, /cli\/main/)
    assert.doesNotMatch(loaded, /libp2p|zod|src\/(daemon|overlay|storage)/)
  })
})
