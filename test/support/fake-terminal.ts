import type { Environment, OutputStream } from '../../src/cli/environment.ts'
import { FakeTime } from './fake-time.ts'

/** An output stream that remembers what was written. */
export class Screen implements OutputStream {
  readonly isTTY: boolean
  readonly columns = 80
  text = ''

  constructor(isTTY = false) {
    this.isTTY = isTTY
  }

  write(text: string | Uint8Array): boolean {
    this.text += typeof text === 'string' ? text : new TextDecoder().decode(text)
    return true
  }
}

/** Standard input from a list of what is typed or piped; as a terminal it remembers its echo. */
export class Keyboard {
  readonly isTTY: boolean
  readonly raw: boolean[] = []
  readonly #parts: readonly (string | Uint8Array)[]

  constructor(parts: readonly (string | Uint8Array)[] = [], isTTY = false) {
    this.#parts = parts
    this.isTTY = isTTY
  }

  setRawMode(on: boolean): void {
    this.raw.push(on)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string | Uint8Array> {
    yield* this.#parts
  }
}

export interface FakeEnvironment extends Environment {
  readonly stdout: Screen
  readonly stderr: Screen
  readonly clock: FakeTime
  /** Delivers a stop signal. */
  signal(): void
}

/** An environment without terminal, variables or daemon, unless the test gives them. */
export function fakeEnvironment(given: Partial<Environment> = {}): FakeEnvironment {
  const time = new FakeTime()
  const listeners = new Set<() => void>()
  return {
    program: ['peerage'],
    arguments: [],
    variables: {},
    cwd: '/nonexistent',
    userHome: '/nonexistent/user',
    stdin: new Keyboard(),
    scheduler: time,
    onStopSignal(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onReloadSignal: () => () => {},
    daemonSide: {
      createLogger: refuse,
      createNetwork: refuse,
      joinNetwork: refuse,
      recoverNetwork: refuse,
      backupHome: refuse,
      restoreHome: refuse,
      signRequest: refuse,
      approveRequest: refuse,
      prepareKey: refuse,
      importLogFile: refuse,
      exportLogFile: refuse,
      requestCertificate: refuse,
      signCertificate: refuse,
      importCertificate: refuse,
      runDaemon: refuse,
      isHomeInUse: () => Promise.resolve(false)
    },
    ...given,
    clock: time,
    stdout: given.stdout instanceof Screen ? given.stdout : new Screen(),
    stderr: given.stderr instanceof Screen ? given.stderr : new Screen(),
    signal() {
      for (const listener of listeners) listener()
    }
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('this test runs no daemon'))
}
