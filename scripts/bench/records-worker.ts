import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv } from 'node:process'
import { createRecordNode } from './record-node.ts'
import { createStockNodeOf } from './stock-dht-nodes.ts'
import { answerQuestions, cpuMs } from './worker.ts'

export type RecordSystem = 'peerage' | 'OpenDHT' | 'kad-dht'

/** What the bench of records asks of a process, whichever system runs in it. */
export type RecordQuestion =
  /** Starts its node, which begins with those that are known; answers what others need. */
  | { readonly do: 'start'; readonly known: readonly string[] }
  /** What all have answered. */
  | { readonly do: 'meet'; readonly known: readonly string[] }
  /** Milliseconds of CPU that the process has used. */
  | { readonly do: 'cpu' }
  /**
   * Does it for one name after the other, until they are done or the time is up; answers how many
   * ms each took.
   */
  | {
      readonly do: 'put' | 'get'
      readonly names: readonly string[]
      readonly bytes: number
      readonly msMax: number
    }

/** A node of one system. */
export interface RecordNode {
  start(known: readonly string[]): Promise<string>
  meet(known: readonly string[]): void
  put(name: string, value: Uint8Array): Promise<void>
  /** Of what the first node has put; the number of bytes found. */
  get(name: string): Promise<number>
}

const [, , system = '', index = '', size = '', now = ''] = argv
const directory = mkdtempSync(join(tmpdir(), 'peerage-bench-'))
process.on('exit', () => rmSync(directory, { recursive: true }))
const node: RecordNode =
  system === 'peerage'
    ? await createRecordNode({
        directory,
        index: Number(index),
        size: Number(size),
        now: Number(now)
      })
    : createStockNodeOf(Number(index))

answerQuestions(async (question: RecordQuestion) => {
  if (question.do === 'start') return await node.start(question.known)
  if (question.do === 'meet') return node.meet(question.known)
  if (question.do === 'cpu') return cpuMs()
  const { do: what, names, bytes, msMax } = question
  const value = new Uint8Array(bytes).fill(120)
  const elapsed: number[] = []
  const end = performance.now() + msMax
  for (const name of names) {
    const begun = performance.now()
    if (begun >= end) break
    if (what === 'put') await node.put(name, value)
    else if ((await node.get(name)) !== bytes) throw new Error(`${name} came back changed`)
    elapsed.push(performance.now() - begun)
  }
  return elapsed
})
