import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Note } from './judge.ts'

const PROGRAM = join(import.meta.dirname, 'recorder-program.ts')

/** Writes down in a process of its own what a client was told, as it was told it. */
export interface Recorder {
  /** Synced to disk when it resolves. */
  note(note: Note): Promise<void>
  /** Ends the process; everything that it has noted. */
  end(): Promise<readonly Note[]>
}

export function startRecorder(path: string): Recorder {
  const child = spawn(process.execPath, [PROGRAM, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const waiting: (() => void)[] = []
  createInterface({ input: child.stdout }).on('line', () => waiting.shift()?.())

  return {
    async note(note) {
      const noted = new Promise<void>((resolve) => waiting.push(resolve))
      child.stdin.write(`${JSON.stringify(note)}\n`)
      await Promise.race([noted, ended.then(() => assert.fail('the recorder has ended'))])
    },
    async end() {
      child.stdin.end()
      assert.deepEqual(await ended, [0, null])
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
      return lines.map((line) => JSON.parse(line))
    }
  }
}
