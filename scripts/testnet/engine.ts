import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')
export const IMAGE = 'peerage:testnet'
export const PROJECT = 'peerage-testnet'
const COMPOSE_FILE = join(ROOT, 'config/testnet/compose.yaml')
const OUTPUT_BYTES_MAX = 16 << 20

export interface Ended {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, whatever that is; one that is missing ends with 127. */
export async function run(words: readonly string[], timeoutMs = 600_000): Promise<Ended> {
  const [program = '', ...rest] = words
  const init = { cwd: ROOT, maxBuffer: OUTPUT_BYTES_MAX, timeout: timeoutMs }
  return await new Promise((resolve) => {
    execFile(program, rest, init, (error, stdout, stderr) => {
      const exit = error === null ? 0 : typeof error.code === 'number' ? error.code : 127
      resolve({ exit, stdout, stderr: exit === 127 ? `${stderr}${error?.message}` : stderr })
    })
  })
}

/** Runs a program that has to work, and returns what it printed. */
export async function must(words: readonly string[], timeoutMs?: number): Promise<string> {
  const { exit, stdout, stderr } = await run(words, timeoutMs)
  if (exit === 0) return stdout
  throw new Error(`${words.slice(0, 4).join(' ')} … ended with ${exit}: ${stderr || stdout}`)
}

/** Runs a program before the eyes of the user, and returns its exit code. */
export async function show(words: readonly string[]): Promise<number> {
  const [program = '', ...rest] = words
  const child = spawn(program, rest, { cwd: ROOT, stdio: 'inherit' })
  return await new Promise((resolve) => {
    child.once('close', (code) => resolve(code ?? 1))
    child.once('error', () => resolve(127))
  })
}

/** Why no container can be started here, or `undefined`. */
export async function engineFault(): Promise<string | undefined> {
  const { exit, stderr } = await run(
    ['docker', 'version', '--format', '{{.Server.Version}}'],
    20_000
  )
  if (exit === 127) return 'docker is not installed'
  if (exit !== 0) return `the Docker engine does not answer: ${stderr.trim().split('\n').at(-1)}`
  return (await composeProgram()) === undefined ? 'Docker Compose is not installed' : undefined
}

let program: Promise<readonly string[] | undefined> | undefined

/** Compose 2 is a part of docker; 1.29 is a program of its own. */
async function composeProgram(): Promise<readonly string[] | undefined> {
  program ??= (async () => {
    for (const words of [['docker', 'compose'], ['docker-compose']]) {
      if ((await run([...words, 'version'], 20_000)).exit === 0) return words
    }
    return undefined
  })()
  return await program
}

export async function compose(...words: readonly string[]): Promise<readonly string[]> {
  return [...((await composeProgram()) ?? []), '-p', PROJECT, '-f', COMPOSE_FILE, ...words]
}
