import assert from 'node:assert/strict'
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ControlClient, connectControl } from '../../src/control/client.ts'
import type { NodeEvent } from '../../src/control/events.ts'
import { ERRORS, type ErrorCode } from '../../src/errors.ts'

/** The program as a user runs it, but for the runtime, which is the one of the test. */
export const PROGRAM = join(import.meta.dirname, '../../bin/peerage.js')
export const LOOPBACK = '/ip4/127.0.0.1/tcp/0'
/** Nothing here takes so long; whatever does hangs. */
export const PATIENCE_MS = 30_000

export interface RunInit {
  readonly home?: string
  /** Written to standard input, which is empty otherwise. */
  readonly stdin?: string
  readonly variables?: Readonly<Record<string, string>>
  /** A file that the program finds open as descriptor 3. */
  readonly descriptor?: number
  /** How far the clock of the program differs from the clock of the machine, in milliseconds. */
  readonly clockMs?: number
  /** How large a file of the program may grow, as if the disk were full then. */
  readonly fileKibMax?: number
  /** Another program than that of the clone. */
  readonly program?: string
  /** A module that is loaded into the program before its own code. */
  readonly preload?: string | undefined
  /** Without the rights of root, when the test has them. */
  readonly unprivileged?: boolean
  /** How long the program may take; a command that answers at once is the rule. */
  readonly patienceMs?: number
}

export interface Ran {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

// Whatever way the test ends, nothing that it started outlives it.
const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Runs `peerage` to its end. */
export async function run(words: readonly string[], init: RunInit = {}): Promise<Ran> {
  const child = launch(words, init)
  const output = collect(child)
  const { exit, signal } = await ended(child, init.patienceMs)
  const said = output.stdout() + output.stderr()
  assert.equal(signal, null, `peerage ${words.join(' ')} did not end by itself: ${said}`)
  return { exit, stdout: output.stdout(), stderr: output.stderr() }
}

/** Runs a command that must work, and returns what `--json` printed: exactly one line. */
export async function json(words: readonly string[], init: RunInit = {}): Promise<Json> {
  const ran = await run([...words, '--json'], init)
  assert.equal(ran.exit, 0, `peerage ${words.join(' ')}: ${ran.stdout}${ran.stderr}`)
  return oneLine(ran.stdout)
}

/** Asks again until it is so, as what a put does not wait for; the test has a time of its own. */
export async function until(
  words: readonly string[],
  { home }: { readonly home: string },
  isSo: (answer: Json) => boolean
): Promise<Json> {
  for (;;) {
    const answer = await json(words, { home })
    if (isSo(answer)) return answer
  }
}

/** What a command printed; a test reads the fields that the contract names. */
// biome-ignore lint/suspicious/noExplicitAny: parsed JSON, whose shape is what is being tested
export type Json = any

function oneLine(text: string): Json {
  assert.equal(text.trimEnd().split('\n').length, 1, text)
  assert.ok(text.endsWith('\n'), text)
  return JSON.parse(text)
}

/** Runs a command that must be refused with this code, its exit code and its remedy. */
export async function refused(
  code: ErrorCode,
  words: readonly string[],
  init: RunInit = {}
): Promise<Json> {
  const ran = await run([...words, '--json'], init)
  const { error } = oneLine(ran.stdout)
  assert.equal(error?.code, code, `${ran.stdout}${ran.stderr}`)
  assert.equal(ran.exit, ERRORS[code].exit, code)
  assert.ok(error.hint.length > 0 && error.message.length > 0 && error.layer.length > 0)
  assert.doesNotMatch(ran.stdout + ran.stderr, /\n\s+at /, 'a stack trace')
  return error
}

/** A directory of one test file with the homes in it, and everything that was started there. */
export class Sandbox {
  readonly directory = mkdtempSync(join(tmpdir(), 'peerage-e2e-'))
  readonly #daemons: Daemon[] = []

  path(name: string): string {
    return join(this.directory, name)
  }

  file(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content, { mode: 0o600 })
    return this.path(name)
  }

  /** Makes a network in a home of its own; `name` is that of home, network and node. */
  async create(name: string, words: readonly string[] = [], init: RunInit = {}): Promise<Json> {
    const listen = ['--listen', LOOPBACK, '--front-desk', LOOPBACK]
    const home = this.path(name)
    return await json(['network', 'create', name, '--node', name, ...listen, ...words], {
      home,
      ...init
    })
  }

  /**
   * The daemon of the authority, named hq, of the member office, and one of each other member, all
   * connected: these start at the same time.
   */
  async network<const Names extends readonly string[]>(
    ...names: Names
  ): Promise<readonly [hq: Daemon, ...members: { [Name in keyof Names]: Daemon }]> {
    await this.create('hq', ['--member', 'office'])
    const hq = await this.up('hq')
    for (const name of names) await this.join(hq, name)
    const members = await Promise.all(names.map((name) => this.up(name)))
    await Promise.all([hq, ...members].map((daemon) => daemon.waitPeers(names.length)))
    return [hq, ...(members as { [Name in keyof Names]: Daemon })]
  }

  async up(name: string, words: readonly string[] = [], init: RunInit = {}): Promise<Daemon> {
    const daemon = await Daemon.start(this.path(name), words, init)
    this.#daemons.push(daemon)
    return daemon
  }

  /** Starts a daemon and kills it so much later, ready or not. */
  async crashWhileStarting(name: string, ms: number, init: RunInit = {}): Promise<void> {
    const child = launch(['up', '--json'], { home: this.path(name), ...init })
    const timer = setTimeout(() => child.kill('SIGKILL'), ms)
    await ended(child, PATIENCE_MS)
    clearTimeout(timer)
  }

  /** Invites a node of a member of the same name, and joins it from a home of that name. */
  async join(
    authority: Daemon,
    name: string,
    words: readonly string[] = [],
    init: RunInit = {}
  ): Promise<Json> {
    const invite = await this.invite(authority, name)
    const file = this.file(`${name}.invite`, `${invite.invite}\n`)
    const listen = ['--listen', LOOPBACK]
    return await json(['join', '--invite-file', file, ...listen, ...words], {
      home: this.path(name),
      ...init
    })
  }

  async invite(authority: Daemon, name: string): Promise<Json> {
    return await authority.call('invite.create', { member: name, node: name })
  }

  async end(): Promise<void> {
    await Promise.all(this.#daemons.map((daemon) => daemon.kill()))
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** A running `peerage up`. */
export class Daemon {
  readonly home: string
  /** The line that it printed when it was ready. */
  readonly ready: Json
  readonly child: ChildProcess
  readonly #output: Output
  readonly #ended: Promise<End>
  #client: ControlClient | undefined
  readonly #events: NodeEvent[] = []
  readonly #watchers = new Set<() => void>()

  static async start(home: string, words: readonly string[], init: RunInit): Promise<Daemon> {
    const child = launch(['up', '--json', ...words], { home, ...init })
    const output = collect(child)
    const end = ended(child, Number.POSITIVE_INFINITY)
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    const line = await Promise.race([output.firstLine, end.then(() => undefined)])
    clearTimeout(timer)
    if (line === undefined) {
      throw new Error(`the daemon of ${home} did not start: ${output.stdout()}${output.stderr()}`)
    }
    const ready = JSON.parse(line)
    assert.equal(ready.event, 'ready', line)
    const daemon = new Daemon(home, ready, { child, output, end })
    await daemon.#watch()
    return daemon
  }

  private constructor(
    home: string,
    ready: Json,
    running: { child: ChildProcess; output: Output; end: Promise<End> }
  ) {
    this.home = home
    this.ready = ready
    this.child = running.child
    this.#output = running.output
    this.#ended = running.end
  }

  get nodeId(): string {
    return this.ready.nodeId
  }

  get stdout(): string {
    return this.#output.stdout()
  }

  get stderr(): string {
    return this.#output.stderr()
  }

  async call(method: string, params: unknown = {}): Promise<Json> {
    assert.ok(this.#client !== undefined)
    return await this.#client.callAny(method, params)
  }

  async waitPeers(peers: number): Promise<void> {
    await this.call('node.wait', { peers, timeoutMs: PATIENCE_MS - 5000 })
  }

  /** The first event since the start of the test that fits, waited for when it has not happened. */
  async event(topic: string, data: Readonly<Record<string, unknown>> = {}): Promise<NodeEvent> {
    const fits = (event: NodeEvent) =>
      event.topic === topic &&
      Object.entries(data).every(([name, value]) => event.data[name] === value)
    return await new Promise((resolve, reject) => {
      const look = () => {
        const found = this.#events.find(fits)
        if (found === undefined) return
        clearTimeout(timer)
        this.#watchers.delete(look)
        resolve(found)
      }
      const timer = setTimeout(() => {
        this.#watchers.delete(look)
        const wanted = `${topic} ${JSON.stringify(data)}`
        reject(new Error(`no ${wanted} among ${JSON.stringify(this.#events)}\n${this.stderr}`))
      }, PATIENCE_MS - 5000)
      this.#watchers.add(look)
      look()
    })
  }

  /** Forgets the events so far, so that `event` waits for new ones. */
  forgetEvents(): void {
    this.#events.length = 0
  }

  /** Asks by signal for a clean stop. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<End> {
    this.child.kill(signal)
    return await this.end()
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.end()
  }

  async end(): Promise<End> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS)
    const end = await this.#ended
    clearTimeout(timer)
    this.#client?.close()
    return end
  }

  async #watch(): Promise<void> {
    this.#client = await connectControl(this.ready.control)
    await this.#client.subscribe({ topics: ['*'] }, (event) => {
      this.#events.push(event)
      for (const look of [...this.#watchers]) look()
    })
  }
}

export interface End {
  readonly exit: number | null
  readonly signal: NodeJS.Signals | null
}

function launch(words: readonly string[], init: RunInit): ChildProcess {
  const { home, stdin, variables, descriptor } = init
  const stdio: StdioOptions = [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe']
  if (descriptor !== undefined) stdio.push(descriptor)
  const homeWords = home === undefined ? [] : ['--home', home]
  const line = [...imported(init), init.program ?? PROGRAM, ...words, ...homeWords]
  const child = spawn(...bounded(init, line), {
    stdio,
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], HOME: noHome, ...cache(init), ...variables },
    ...(init.unprivileged === true && process.getuid?.() === 0 ? NOBODY : {})
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  child.stdin?.end(stdin)
  return child
}

/** The home directory of the user who runs the tests is none of their business. */
const noHome = join(tmpdir(), 'peerage-e2e-no-home')
export const NOBODY = { uid: 65_534, gid: 65_534 }

/** The compiled code is the user's own; without it every start costs twice as much. */
export function cache({ unprivileged }: RunInit = {}): Record<string, string> {
  if (unprivileged === true) return {}
  return { XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache') }
}

/** The shell sets the bound and is then replaced by the program. */
function bounded(
  { fileKibMax }: RunInit,
  line: readonly string[]
): [program: string, words: readonly string[]] {
  if (fileKibMax === undefined) return [process.execPath, line]
  const limit = `ulimit -f ${fileKibMax}; exec "$@"`
  return ['bash', ['-c', limit, 'bash', process.execPath, ...line]]
}

/** What changes one process from outside of the program, its clock for instance. */
function imported({ clockMs, preload }: RunInit): readonly string[] {
  if (preload !== undefined) return ['--import', preload]
  if (clockMs === undefined) return []
  const code = `const now = Date.now; Date.now = () => now() + (${clockMs})`
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`]
}

interface Output {
  stdout(): string
  stderr(): string
  readonly firstLine: Promise<string>
}

function collect(child: ChildProcess): Output {
  let stdout = ''
  let stderr = ''
  const { promise: firstLine, resolve } = Promise.withResolvers<string>()
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const end = stdout.indexOf('\n')
    if (end >= 0) resolve(stdout.slice(0, end))
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return { stdout: () => stdout, stderr: () => stderr, firstLine }
}

/** Resolves when the process is gone and everything that it printed was read. */
async function ended(child: ChildProcess, patienceMs = PATIENCE_MS): Promise<End> {
  const timer = Number.isFinite(patienceMs)
    ? setTimeout(() => child.kill('SIGKILL'), patienceMs)
    : undefined
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exit, signal) => {
      clearTimeout(timer)
      resolve({ exit, signal })
    })
  })
}

/** A home of mode 0700, as the program makes it itself. */
export function makeHome(path: string): string {
  mkdirSync(path, { mode: 0o700 })
  return path
}
