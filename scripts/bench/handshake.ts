import type { HandshakeAnswer, HandshakeQuestion } from './handshake-worker.ts'
import { type Bench, compare, type Subject } from './measure.ts'
import { startWorker, type Worker } from './worker.ts'

const DIALS = 200

/**
 * Dial, admission and close between two processes, one connection after the other. Between dial
 * and close each side identifies the other; of that only the CPU time is counted.
 */
export const bench: Bench = async ({ rounds }) => {
  const workers: Worker[] = []
  const now = String(Date.now())
  const pair = (kind: string): [Worker, Worker] => {
    const both: [Worker, Worker] = [
      startWorker('handshake-worker.ts', [kind, 'listener', now]),
      startWorker('handshake-worker.ts', [kind, 'dialer', now])
    ]
    workers.push(...both)
    return both
  }
  try {
    const subjects: Subject[] = []
    for (const name of ['certified', 'plain', 'mtls']) {
      const [listener, dialer] = pair(name)
      subjects.push({ name, run: async () => handshakes(listener, dialer) })
    }
    const comparison = await compare({
      title: `${DIALS} handshakes and closes, sequential`,
      subjects,
      rounds,
      goals: [
        { subject: 'certified', figure: 'dial ms', to: 'plain', atMost: 1.15 },
        { subject: 'certified', figure: 'dial + close ms', to: 'plain', atMost: 1.15 },
        { subject: 'certified', figure: 'per s', to: 'mtls', atLeast: 0.27 },
        { subject: 'certified', figure: 'per s', to: 'mtls', atLeast: 0.35 }
      ]
    })
    return [comparison]
  } finally {
    for (const worker of workers) worker.stop()
  }
}

async function handshakes(listener: Worker, dialer: Worker) {
  const ask = (worker: Worker, question: HandshakeQuestion) => worker.ask<HandshakeAnswer>(question)
  const before = await ask(listener, {})
  const idle = await ask(dialer, {})
  const dialed = await ask(dialer, { target: before.address, dials: DIALS })
  const after = await ask(listener, {})
  return {
    'dial ms': dialed.dialMs,
    'dial + close ms': dialed.cycleMs,
    'per s': 1000 / dialed.cycleMs,
    'cpu ms': (dialed.cpuMs - idle.cpuMs + after.cpuMs - before.cpuMs) / DIALS
  }
}
