import assert from 'node:assert/strict'
import { LIMITS } from '../../src/limits.ts'
import { type Bench, type Comparison, compare, type Subject } from './measure.ts'
import type { TransferAnswer, TransferQuestion } from './throughput-worker.ts'
import { startWorker, type Worker } from './worker.ts'

const MIB = 1 << 20
const BYTES = 128 * MIB
/** Slow readers: each piece is waited for, so that the window is full all the time. */
const SLOW = { transfers: 50, bytes: 8 * MIB, slowMs: 1 }

/** Bulk transfer between two processes, and what becomes of it when the reader is slow. */
export const bench: Bench = async ({ rounds }) => {
  const now = String(Date.now())
  const workers: Worker[] = []
  const open = (kind: string) => {
    const pair = (['listener', 'dialer'] as const).map((role) =>
      startWorker('throughput-worker.ts', [kind, role, now], ['--expose-gc'])
    )
    workers.push(...pair)
    return pair as [Worker, Worker]
  }
  try {
    const subjects: Subject[] = []
    for (const name of ['certified', 'plain', 'tls', 'tcp']) {
      const [listener, dialer] = open(name)
      subjects.push({ name, run: () => transfer(listener, dialer) })
    }
    const bulk = await compare({
      title: `one stream of ${BYTES / MIB} MiB`,
      subjects,
      rounds,
      // TLS and TCP stand beside it so that the distance is known; what is asked is the first.
      goals: [
        { subject: 'certified', figure: 'MB/s', to: 'plain', atLeast: 1 },
        { subject: 'certified', figure: 'MB/s', to: 'tls', atLeast: 0 },
        { subject: 'certified', figure: 'MB/s', to: 'tcp', atLeast: 0 }
      ]
    })
    return [bulk, await slowReaders(open('certified'))]
  } finally {
    for (const worker of workers) worker.stop()
  }
}

const ask = (worker: Worker, question: TransferQuestion = {}) =>
  worker.ask<TransferAnswer>(question)

async function transfer(listener: Worker, dialer: Worker) {
  const [before, idle] = await Promise.all([ask(listener), ask(dialer)])
  const sent = await ask(dialer, { target: before.address, bytes: BYTES })
  const after = await ask(listener)
  assert.equal(after.received - before.received, BYTES)
  const cpuS = (sent.cpuMs - idle.cpuMs + after.cpuMs - before.cpuMs) / 1000
  return {
    'MB/s': BYTES / 1e6 / (sent.elapsedMs / 1000),
    'MB per CPU s, both ends': BYTES / 1e6 / cpuS
  }
}

/**
 * Each transfer must arrive whole. What a reader holds is bounded by the window, not by the size of
 * the transfer; the same bytes are there up to three times: as read, decrypted, and queued.
 */
async function slowReaders([listener, dialer]: readonly [Worker, Worker]): Promise<Comparison> {
  const { address } = await ask(listener)
  await ask(listener, { slowMs: SLOW.slowMs })
  await ask(dialer, { target: address, bytes: MIB })
  const warm = await ask(listener)
  for (let i = 0; i < SLOW.transfers; i++) {
    await ask(dialer, { target: address, bytes: SLOW.bytes })
  }
  const after = await ask(listener)
  const lost = SLOW.transfers - (after.transfers - warm.transfers)
  assert.equal(after.received - warm.received, (SLOW.transfers - lost) * SLOW.bytes)
  const windowsMb = (LIMITS.receiveQueueBytesMax + 2 * LIMITS.streamWindowBytesMax) / 1e6
  const growth = (after.heldMax - warm.heldMax) / 1e6
  return await compare({
    title: `${SLOW.transfers} transfers of ${SLOW.bytes / MIB} MiB to a slow reader`,
    rounds: 2,
    subjects: [
      {
        name: 'certified',
        run: async () => ({
          lost,
          'held by the reader MB': growth
        })
      }
    ],
    goals: [
      { subject: 'certified', figure: 'lost', atMost: 0 },
      { subject: 'certified', figure: 'held by the reader MB', atMost: 3 * windowsMb }
    ]
  })
}
