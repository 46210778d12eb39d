import { fork } from 'node:child_process'
import { join } from 'node:path'
import { cpuUsage, exit } from 'node:process'

/** A process beside the one that measures; it answers one question after the other. */
export interface Worker {
  /** Throws when the process ends before it has answered, or says that it failed. */
  ask<Answer>(question: unknown): Promise<Answer>
  /** The machine gives it no more time, until `resume`. */
  pause(): void
  resume(): void
  stop(): void
}

interface Reply {
  readonly answer?: unknown
  readonly error?: string
}

/** Starts `scripts/bench/<file>`, which calls {@link answerQuestions}. */
export function startWorker(
  file: string,
  words: readonly string[],
  flags: readonly string[] = []
): Worker {
  const execArgv = [...process.execArgv, ...flags]
  const child = fork(join(import.meta.dirname, file), words, {
    serialization: 'advanced',
    execArgv
  })
  return {
    ask: <Answer>(question: unknown) =>
      new Promise<Answer>((resolve, reject) => {
        const ended = () => reject(new Error(`${file} ${words.join(' ')} has ended`))
        child.once('exit', ended)
        child.once('message', ({ answer, error }: Reply) => {
          child.off('exit', ended)
          if (error === undefined) resolve(answer as Answer)
          else reject(new Error(error))
        })
        child.send({ question })
      }),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: () => child.disconnect()
  }
}

/** The other end of {@link startWorker}; the process ends with the one that asks. */
export function answerQuestions<Question>(answer: (question: Question) => Promise<unknown>): void {
  process.on('disconnect', () => exit(0))
  process.on('message', ({ question }: { question: Question }) => {
    answer(question).then(
      (value) => process.send?.({ answer: value }),
      (error: unknown) => process.send?.({ error: String(error) })
    )
  })
}

/** Milliseconds of CPU, user and system, that this process has used since it started. */
export function cpuMs(): number {
  const { user, system } = cpuUsage()
  return (user + system) / 1000
}
