import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { createInterface } from 'node:readline'
import { type ControlClient, connectControl } from '../../src/control/client.ts'

const ROOT = join(import.meta.dirname, '../..')
const LOOPBACK = '/ip4/127.0.0.1/tcp/0'

/** A daemon in a process of its own, as the package runs it. */
export interface Daemon {
  readonly pid: number
  readonly home: string
  readonly control: string
  readonly client: ControlClient
  /** From the start of the process to the line that says ready. */
  readonly startMs: number
  stop(): Promise<void>
}

/** The package, laid out as npm installs it, and homes of it in one temporary directory. */
export class Installation {
  readonly #directory = mkdtempSync(join(tmpdir(), 'peerage-bench-'))
  readonly program = join(this.#directory, 'package/bin/peerage.js')
  readonly #daemons = new Set<Daemon>()

  static async create(): Promise<Installation> {
    const installation = new Installation()
    const root = join(installation.#directory, 'package')
    for (const part of ['bin', 'package.json']) {
      cpSync(join(ROOT, part), join(root, part), { recursive: true })
    }
    await runNode([join(ROOT, 'scripts/build.ts'), '--out', join(root, 'dist')])
    return installation
  }

  home(name: string): string {
    return join(this.#directory, name)
  }

  /** Runs a command of the package; returns what `--json` printed, parsed. */
  async run(words: readonly string[], stdin = ''): Promise<Record<string, unknown>> {
    return JSON.parse(await runNode([this.program, ...words, '--json'], stdin))
  }

  async found(): Promise<Daemon> {
    const words = ['network', 'create', 'bench', '--node', 'hq', '--listen', LOOPBACK]
    await this.run([...words, '--front-desk', LOOPBACK, '--home', this.home('hq')])
    return await this.up('hq')
  }

  async join(authority: Daemon, name: string): Promise<void> {
    const { invite } = await authority.client.call('invite.create', { member: name, node: name })
    const words = ['join', '--invite-file', '-', '--listen', LOOPBACK, '--home', this.home(name)]
    await this.run(words, invite)
  }

  async up(name: string): Promise<Daemon> {
    const home = this.home(name)
    const start = performance.now()
    const child = spawn(execPath, [this.program, 'up', '--json', '--home', home], {
      stdio: ['ignore', 'pipe', 'ignore']
    })
    const line = await firstLine(child)
    const startMs = performance.now() - start
    const { event, control } = JSON.parse(line)
    if (event !== 'ready') throw new Error(`the daemon of ${name} said ${line}`)
    const client = await connectControl(control)
    const daemon: Daemon = {
      ...{ pid: child.pid ?? 0, home, control, client, startMs },
      stop: async () => {
        this.#daemons.delete(daemon)
        client.close()
        const ended = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGTERM')
        await ended
      }
    }
    this.#daemons.add(daemon)
    return daemon
  }

  /** A network of so many daemons, each connected to as many as it wants to be. */
  async network(size: number): Promise<readonly Daemon[]> {
    const authority = await this.found()
    const daemons = [authority]
    for (let i = 1; i < size; i++) {
      await this.join(authority, `node-${i}`)
      daemons.push(await this.up(`node-${i}`))
    }
    return daemons
  }

  async end(): Promise<void> {
    await Promise.all([...this.#daemons].map((daemon) => daemon.stop()))
    rmSync(this.#directory, { recursive: true })
  }
}

/** Resident bytes of a process. */
export function residentBytes(pid: number): number {
  const [, kib = 'NaN'] = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/) ?? []
  return Number(kib) * 1024
}

/** CPU time of a process since it started, in ms; the kernel counts in steps of 10. */
export function processCpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Runs Node to its end and returns what it printed. */
export async function runNode(words: readonly string[], stdin = ''): Promise<string> {
  const child = spawn(execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(stdin)
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${output}`)
  return output
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the daemon ended with ${code}`)))
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve)
  })
}
