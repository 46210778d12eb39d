import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv } from 'node:process'
import { createRecordNodes } from './record-nodes.ts'
import { createStockNodes } from './stock-dht-nodes.ts'
import { answerQuestions } from './worker.ts'

/** What the bench of records asks of a process, whichever system runs in it. */
export type RecordQuestion =
  /** Starts nodes that begin with what the other process has said; answers what others need. */
  | { readonly do: 'start'; readonly count: number; readonly known: readonly string[] }
  /** The addresses of the other process, where it started later. */
  | { readonly do: 'meet'; readonly known: readonly string[] }
  /** The first node does it for one name after the other; answers how many ms each took. */
  | { readonly do: 'put' | 'get'; readonly names: readonly string[]; readonly bytes: number }

/** Nodes of one system in one process. */
export interface RecordNodes {
  start(count: number, known: readonly string[]): Promise<readonly string[]>
  meet(known: readonly string[]): void
  put(name: string, value: Uint8Array): Promise<void>
  /** The number of bytes found. */
  get(name: string): Promise<number>
}

const [, , system = '', role = '', size = '', now = ''] = argv
const directory = mkdtempSync(join(tmpdir(), 'peerage-bench-'))
process.on('exit', () => rmSync(directory, { recursive: true }))
const nodes: RecordNodes =
  system === 'peerage'
    ? await createRecordNodes({ directory, role, size: Number(size), now: Number(now) })
    : createStockNodes()

answerQuestions(async (question: RecordQuestion) => {
  if (question.do === 'start') return await nodes.start(question.count, question.known)
  if (question.do === 'meet') return nodes.meet(question.known)
  const { do: what, names, bytes } = question
  const value = new Uint8Array(bytes).fill(120)
  const elapsed: number[] = []
  for (const name of names) {
    const begun = performance.now()
    if (what === 'put') await nodes.put(name, value)
    else if ((await nodes.get(name)) !== bytes) throw new Error(`${name} came back changed`)
    elapsed.push(performance.now() - begun)
  }
  return elapsed
})
