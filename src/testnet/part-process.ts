import type { ChildProcess } from 'node:child_process'
import { PeerageError } from '../errors.ts'
import type { Question, Reply } from './part.ts'

/** The asking end of one part; it answers one question after the other. */
export class PartProcess {
  readonly #child: ChildProcess

  constructor(child: ChildProcess) {
    this.#child = child
    child.stdin?.end()
    child.stdout?.resume()
  }

  /** Throws `SCENARIO_FAILED` when the part says so, or ends before it has answered. */
  async ask<Answer>(question: Question): Promise<Answer> {
    const reply = await new Promise<Reply>((resolve) => {
      const onExit = () => resolve({ fault: 'its process ended' })
      this.#child.once('exit', onExit)
      this.#child.once('message', (message: Reply) => {
        this.#child.off('exit', onExit)
        resolve(message)
      })
      this.#child.send(question, (error) => {
        if (error !== null) onExit()
      })
    })
    if (reply.fault === undefined) return reply.answer as Answer
    throw new PeerageError('SCENARIO_FAILED', { reason: `${question.ask}: ${reply.fault}` })
  }

  /** Ends the part and waits until its process is gone. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    if (this.#child.connected) this.#child.disconnect()
    await gone
  }
}
