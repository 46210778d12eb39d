import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Environment } from '../cli/environment.ts'
import type { ReadyDaemon } from '../daemon/daemon.ts'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { pause } from '../time/pause.ts'
import type { TestnetFolder } from './testnet-folder.ts'

const LOOK_EVERY_MS = 20

/** The daemon of one node of a testnet: a process that outlives the command that started it. */
export class NodeProcess {
  readonly node: string
  readonly home: string
  readonly #folder: TestnetFolder
  readonly #environment: Environment

  constructor(environment: Environment, folder: TestnetFolder, node: string) {
    this.node = node
    this.home = folder.home(node)
    this.#folder = folder
    this.#environment = environment
  }

  /** Throws `HOME_IN_USE`, or `TESTNET_FAILED` with what the daemon said when it ends instead of getting ready. */
  async start(): Promise<ReadyDaemon> {
    await this.#waitForLock()
    const [program = '', ...before] = this.#environment.program
    const log = openSync(this.#folder.logFile(this.node), 'a', 0o600)
    const child = spawn(program, [...before, '--home', this.home, 'up', '--json'], {
      ...{ detached: true, env: { ...this.#environment.variables } },
      stdio: ['ignore', 'pipe', log]
    }) as ChildProcessByStdio<null, Readable, null>
    closeSync(log)
    // Before anything is awaited: whatever becomes of this command, `down` finds the process.
    writeFileSync(this.#folder.pidFile(this.node), `${child.pid ?? ''}`, { mode: 0o600 })
    const line = await new Promise<string>((resolve) => {
      createInterface({ input: child.stdout })
        .once('line', resolve)
        .once('close', () => resolve(''))
      child.once('error', () => resolve(''))
    })
    child.stdout.destroy()
    child.unref()
    const said = line === '' ? {} : JSON.parse(line)
    if (said.event === 'ready') return said
    const why: string = said.error?.message ?? 'its process ended'
    const reason = `${this.node}: ${why.replace(/\.$/, '')}`
    throw new PeerageError('TESTNET_FAILED', { reason, log: this.#folder.logFile(this.node) })
  }

  /** A process that was killed is gone a moment before the system has dropped its locks. */
  async #waitForLock(): Promise<void> {
    const { clock, scheduler, daemonSide } = this.#environment
    const inUse = new PeerageError('HOME_IN_USE', { home: this.home })
    if (this.pid() !== undefined) throw inUse
    const deadline = clock.monotonic() + LIMITS.stopMs
    while (await daemonSide.isHomeInUse(this.home)) {
      if (clock.monotonic() > deadline) throw inUse
      await pause(scheduler, LOOK_EVERY_MS)
    }
  }

  /** Its process id, while it runs and is really the daemon of this home: ids are used again. */
  pid(): number | undefined {
    const file = this.#folder.pidFile(this.node)
    const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
    if (!Number.isSafeInteger(pid) || pid <= 1) return undefined
    const words = commandLine(pid)
    return words.includes(`--home ${this.home} up`) ? pid : undefined
  }

  /** Asks it to stop, and makes it when it does not; returns whether there was anything to end. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<boolean> {
    const { clock, scheduler } = this.#environment
    if (!this.#signal(signal)) return false
    const deadline = clock.monotonic() + LIMITS.stopMs
    while (this.pid() !== undefined) {
      if (clock.monotonic() > deadline) this.#signal('SIGKILL')
      await pause(scheduler, LOOK_EVERY_MS)
    }
    return true
  }

  #signal(signal: NodeJS.Signals): boolean {
    const pid = this.pid()
    if (pid === undefined) return false
    try {
      process.kill(pid, signal)
      return true
    } catch {
      // It ended between the look and the signal.
      return false
    }
  }
}

/** Empty for a process that has ended, even when nobody has taken notice of its end. */
function commandLine(pid: number): string {
  try {
    if (existsSync('/proc/self')) {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    }
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    // There is no such process, which is the answer.
    return ''
  }
}
