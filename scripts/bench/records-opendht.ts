import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Worker } from './worker.ts'

/** Debian's interpreter first: its packages are seen by no other. */
const PYTHONS = ['/usr/bin/python3', 'python3']

/** The interpreter that has OpenDHT's module (`apt-get install python3-opendht`), if one has it. */
export function findOpenDht(): string | undefined {
  return PYTHONS.find((python) => spawnSync(python, ['-c', 'import opendht']).status === 0)
}

/** A process with an OpenDHT node; it takes the questions of records-worker.ts. */
export function startOpenDht(): Worker {
  const python = findOpenDht()
  if (python === undefined) throw new Error('there is no OpenDHT')
  const program = join(import.meta.dirname, 'records-opendht.py')
  const child = spawn(python, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async ask<Answer>(question: unknown): Promise<Answer> {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      const { value, done } = await lines.next()
      if (done === true) throw new Error('OpenDHT has ended')
      const { answer, error } = JSON.parse(value)
      if (error !== undefined) throw new Error(error)
      return answer
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: () => child.stdin.end()
  }
}
