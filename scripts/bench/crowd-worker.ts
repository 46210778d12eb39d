import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import { type Faults, faults } from './faulty-requests.ts'
import { answerQuestions, cpuMs } from './worker.ts'

/** Several daemons in one process, whose requests can be lost or held. */
export type CrowdQuestion =
  | { readonly join: string; readonly invite: string }
  | { readonly up: string }
  | 'cpu'
  | Partial<Faults>

// The program has no place where requests could be lost: one is made for it here.
const faulty = pathToFileURL(join(import.meta.dirname, 'faulty-requests.ts')).href
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.endsWith('/src/overlay/overlay.ts')) return loaded
    const source = String(loaded.source).replace("'./requests.ts'", `'${faulty}'`)
    return { ...loaded, source }
  }
})

const { runDaemon } = await import('../../src/daemon/daemon.ts')
const { joinNetwork } = await import('../../src/daemon/join-network.ts')
const { silentLogger: log } = await import('../../src/log.ts')
const listen = ['/ip4/127.0.0.1/tcp/0']
const [, , ...words] = argv
if (words.length > 0) throw new Error('it is told what to do by messages')

answerQuestions<CrowdQuestion>(async (question) => {
  if (question === 'cpu') return cpuMs()
  if ('join' in question) {
    const { join: home, invite: inviteText } = question
    return await joinNetwork({ home, inviteText, listen, log, progress: () => {} })
  }
  if ('up' in question) return await up(question.up)
  Object.assign(faults, question)
  return true
})

async function up(home: string): Promise<string> {
  const { signal } = new AbortController()
  return await new Promise((resolve, reject) => {
    const running = runDaemon({ home, log, signal, onReady: ({ control }) => resolve(control) })
    running.catch(reject)
  })
}
