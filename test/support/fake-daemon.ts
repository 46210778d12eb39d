import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { methods } from '../../src/control/methods/index.ts'
import { toRpcError } from '../../src/control/rpc-error.ts'
import { PeerageError } from '../../src/errors.ts'

export interface Called {
  readonly method: string
  readonly params: unknown
}

export interface FakeDaemon {
  readonly home: string
  readonly calls: readonly Called[]
  /** What a method answers from now on, instead of the result of its first example. */
  answer(method: string, result: object | PeerageError): void
  close(init?: { readonly keepHome: boolean }): Promise<void>
  removeHome(): void
}

/**
 * A control socket in a home of its own: checks parameters against the schema of the method and
 * answers with the first example. `node.stop` closes every connection, as the daemon does.
 */
export async function startFakeDaemon(): Promise<FakeDaemon> {
  const home = mkdtempSync(join(tmpdir(), 'peerage-cli-'))
  writeFileSync(join(home, 'node.key'), '')
  const calls: Called[] = []
  const answers = new Map<string, object | PeerageError>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // The client may leave while an answer is under way.
    socket.on('error', () => {})
    createInterface(socket).on('line', (line) => {
      const { id, method, params } = JSON.parse(line)
      calls.push({ method, params })
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answerTo(method, params) })}\n`)
      if (method === 'node.stop') for (const each of sockets) each.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(join(home, 'control.sock'), resolve))

  function answerTo(name: string, params: unknown): object {
    const definition = methods.find((method) => method.name === name)
    const given = answers.get(name)
    if (given instanceof PeerageError) return { error: toRpcError(given) }
    if (definition === undefined) return { error: toRpcError(new PeerageError('METHOD_UNKNOWN')) }
    const parsed = definition.params.safeParse(params)
    if (!parsed.success) {
      const issues = parsed.error.issues.map(({ path, message }) => ({
        path: path.join('.'),
        message
      }))
      return { error: toRpcError(new PeerageError('INVALID_ARGUMENT', { issues })) }
    }
    return { result: given ?? definition.examples[0]?.result }
  }

  return {
    home,
    calls,
    answer: (method, result) => answers.set(method, result),
    async close({ keepHome } = { keepHome: false }) {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      if (!keepHome) rmSync(home, { recursive: true })
    },
    removeHome: () => rmSync(home, { recursive: true })
  }
}
