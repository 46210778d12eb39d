import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { pid } from 'node:process'
import { type ControlClient, connectControl } from '../../control/client.ts'
import type { Topic } from '../../control/event-schemas.ts'
import type { NodeEvent } from '../../control/events.ts'
import { PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import { systemScheduler } from '../../time/scheduler.ts'
import type { Environment } from '../environment.ts'

/** A running node of the demo: a process of its own and a client of its control socket. */
export interface Actor {
  readonly home: string
  readonly nodeId: string
  readonly listen: readonly string[]
  readonly client: ControlClient
  /** The first event of this topic, from now on or since {@link Actor.forget}, that fits. */
  event(
    topic: Topic,
    fits?: (data: Readonly<Record<string, unknown>>) => boolean
  ): Promise<NodeEvent>
  forget(): void
}

/** The processes of the demo: each is this program again, in a home below one directory. */
export class Cast {
  readonly #directory: string
  readonly #environment: Environment
  readonly #children = new Set<ChildProcess>()
  readonly #clients = new Set<ControlClient>()
  readonly #working = new Map<string, ChildProcess[]>()
  #isOver = false

  constructor(directory: string, environment: Environment) {
    this.#directory = directory
    this.#environment = environment
  }

  home(name: string): string {
    return join(this.#directory, name)
  }

  /** The homes made so far, by name. */
  homes(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#working.keys()].map((name) => [name, this.home(name)]))
  }

  /** Runs a command to its end. Throws its error when it ends with one. */
  async run(name: string, words: readonly string[], stdin = ''): Promise<Record<string, unknown>> {
    return await this.#finish(this.#spawn(name, [...words, '--json']), stdin)
  }

  /** Runs a command of somebody who has neither a node nor a home. */
  async runElsewhere(words: readonly string[]): Promise<Record<string, unknown>> {
    return await this.#finish(this.#spawn(undefined, [...words, '--json']), '')
  }

  async #finish(child: ChildProcess, stdin: string): Promise<Record<string, unknown>> {
    child.stdin?.end(stdin)
    const [output] = await Promise.all([readAll(child), ended(child)])
    const answer = parseLine(output)
    if (child.exitCode !== 0 || answer === undefined) throw asError(answer)
    return answer
  }

  /** Starts the node of a home. Throws its error when it ends instead of getting ready. */
  async up(name: string): Promise<Actor> {
    const child = this.#spawn(name, ['up', '--json'])
    child.stdin?.end()
    const ready = parseLine(await firstLine(child))
    if (ready?.['event'] !== 'ready') throw asError(ready)
    const { nodeId, listen, control } = ready as {
      nodeId: string
      listen: string[]
      control: string
    }
    const client = await connectControl(control)
    this.#clients.add(client)
    return { home: this.home(name), nodeId, listen, client, ...(await watch(client)) }
  }

  /** A command that goes on while others run; the caller talks to it over its channel. */
  start(name: string, words: readonly string[]): ChildProcess {
    return this.#spawn(name, words)
  }

  /** Waits until no process works on a home any more. */
  async settled(name: string): Promise<void> {
    await Promise.all((this.#working.get(name) ?? []).map(ended))
  }

  /** Ends every process that still runs: first asked, then made to. None starts any more. */
  async end(): Promise<void> {
    this.#isOver = true
    for (const client of this.#clients) client.close()
    const running = [...this.#children]
    for (const child of running) child.kill('SIGTERM')
    const cancel = systemScheduler.after(LIMITS.stopMs, () => {
      for (const child of running) child.kill('SIGKILL')
    })
    await Promise.all(running.map(ended))
    cancel()
  }

  #spawn(name: string | undefined, words: readonly string[]): ChildProcess {
    // A step that was interrupted between two commands goes on until its next one.
    if (this.#isOver) throw new PeerageError('CANCELED')
    const [program = '', ...before] = this.#environment.program
    const home = name === undefined ? [] : ['--home', this.home(name)]
    const child = spawn(program, [...before, ...home, ...words], {
      // The launcher's promise holds here, too: with this process, however it ends, ends the child.
      env: { ...this.#environment.variables, PEERAGE_LAUNCHER: String(pid) },
      stdio: ['pipe', 'pipe', 'ignore', 'ipc']
    })
    this.#children.add(child)
    if (name !== undefined) this.#working.set(name, [...(this.#working.get(name) ?? []), child])
    child.once('close', () => this.#children.delete(child))
    // A child that cannot start or does not read has failed by its exit code and its silence.
    for (const source of [child, child.stdin]) source?.on('error', () => {})
    return child
  }
}

async function watch(client: ControlClient): Promise<Pick<Actor, 'event' | 'forget'>> {
  const seen: NodeEvent[] = []
  const watchers = new Set<() => void>()
  await client.subscribe({ topics: ['*'] }, (event) => {
    seen.push(event)
    for (const look of [...watchers]) look()
  })
  return {
    forget() {
      seen.length = 0
    },
    event: (topic, fits = () => true) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = seen.find((event) => event.topic === topic && fits(event.data))
          if (found === undefined) return
          cancel()
          watchers.delete(look)
          resolve(found)
        }
        const cancel = systemScheduler.after(LIMITS.demoEventMs, () => {
          watchers.delete(look)
          reject(new PeerageError('TIMEOUT', { reason: `no event ${topic}` }))
        })
        watchers.add(look)
        look()
      })
  }
}

async function readAll(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) text += String(chunk)
  return text
}

/** Goes on reading afterwards, so that the child is never held up by a full pipe. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    child.stdout?.on('data', (chunk) => {
      text += String(chunk)
      const end = text.indexOf('\n')
      if (end !== -1) resolve(text.slice(0, end))
    })
    child.once('close', () => resolve(text))
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise((resolve) => child.once('close', resolve))
}

/** The object that a command printed, or nothing from a process that was ended. */
function parseLine(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function asError(answer: Record<string, unknown> | undefined): PeerageError {
  const error = answer?.['error'] as { code: string; message: string; hint: string } | undefined
  if (error === undefined)
    return new PeerageError('DEMO_STEP_FAILED', { reason: 'its process ended' })
  const reason = `${error.code}: ${error.message.replace(/\.$/, '')}`
  return new PeerageError('DEMO_STEP_FAILED', { reason, suggestion: error.hint })
}
