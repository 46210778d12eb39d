import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { Installation } from './daemons.ts'
import { type Bench, compare, type Sample } from './measure.ts'

const SEQUENTIAL = 5_000
const PIPELINED = 50_000
const IN_FLIGHT = 64

/** `rpc.ping` of a daemon beside a bare echo of the same lines, each in a process of its own. */
export const bench: Bench = async ({ rounds }) => {
  const installation = await Installation.create()
  const path = join(installation.home('echo.sock'))
  const echo = spawn(execPath, [join(import.meta.dirname, 'echo-server.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  try {
    await once(echo.stdout, 'data')
    const daemon = await installation.found()
    const figure = { subject: 'rpc.ping' }
    const comparison = await compare({
      title: `${SEQUENTIAL} calls one by one, ${PIPELINED} with ${IN_FLIGHT} in flight`,
      rounds,
      subjects: [
        { name: 'bare echo', run: () => measure(path) },
        { name: 'rpc.ping', run: () => measure(daemon.control) }
      ],
      goals: [
        { ...figure, figure: 'per s', to: 'bare echo', atLeast: 0.6 },
        { ...figure, figure: 'per s pipelined', to: 'bare echo', atLeast: 0.6 },
        { ...figure, figure: 'p99 ms', atMost: 0.6 },
        { ...figure, figure: 'p50 ms', atMost: 0.15 }
      ]
    })
    return [comparison]
  } finally {
    echo.kill()
    await installation.end()
  }
}

async function measure(path: string): Promise<Sample> {
  const socket = connect(path)
  await once(socket, 'connect')
  try {
    const times: number[] = []
    const start = performance.now()
    await callAll(socket, SEQUENTIAL, 1, (ms) => times.push(ms))
    const sequentialMs = performance.now() - start
    const pipelinedStart = performance.now()
    await callAll(socket, PIPELINED, IN_FLIGHT)
    const pipelinedMs = performance.now() - pipelinedStart
    times.sort((a, b) => a - b)
    return {
      'per s': (SEQUENTIAL / sequentialMs) * 1000,
      'per s pipelined': (PIPELINED / pipelinedMs) * 1000,
      'p50 ms': times[Math.floor(times.length / 2)] ?? Number.NaN,
      'p99 ms': times[Math.floor(times.length * 0.99)] ?? Number.NaN
    }
  } finally {
    socket.destroy()
  }
}

/** Keeps `inFlight` calls under way until all are answered; every answer is checked. */
function callAll(
  socket: Socket,
  calls: number,
  inFlight: number,
  onAnswer: (ms: number) => void = () => {}
): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0
    let answered = 0
    let rest = ''
    let since = 0
    const line = () => `{"jsonrpc":"2.0","id":${++sent},"method":"rpc.ping"}\n`
    const send = (count: number) => {
      let text = ''
      for (let i = 0; i < count && sent < calls; i++) text += line()
      since = performance.now()
      if (text !== '') socket.write(text)
    }
    const take = (chunk: Buffer) => {
      const lines = (rest + chunk.toString('latin1')).split('\n')
      rest = lines.pop() ?? ''
      for (const text of lines) {
        if (!text.includes('"pong":true')) reject(new Error(`not an answer: ${text}`))
      }
      answered += lines.length
      if (inFlight === 1 && lines.length > 0) onAnswer(performance.now() - since)
      if (answered < calls) send(lines.length)
      else {
        socket.off('data', take)
        resolve()
      }
    }
    socket.on('data', take)
    send(inFlight)
  })
}
