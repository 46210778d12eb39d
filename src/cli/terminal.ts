import { PeerageError } from '../errors.ts'
import type { Environment } from './environment.ts'

const ENTER = ['\r', '\n', '\u0004']
const ERASE = ['\u007f', '\b']
const INTERRUPT = '\u0003'

/** Asks on the terminal for lines that are not shown while they are typed. */
export interface Terminal {
  /** Throws `CANCELED` on Ctrl-C or a lost terminal, `INVALID_ARGUMENT` beyond `limit` characters. */
  ask(prompt: string, limit: number): Promise<string>
}

/** The terminal of standard input, or `undefined` when that is a file, a pipe or nothing. */
export function openTerminal(
  environment: Pick<Environment, 'stdin' | 'stderr'>
): Terminal | undefined {
  const { stdin, stderr } = environment
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return undefined
  const decoder = new TextDecoder()
  // One iterator for all lines, never returned: that would close standard input after the first.
  const parts = stdin[Symbol.asyncIterator]()
  let typed: string[] = []

  async function nextCharacter(): Promise<string> {
    while (typed.length === 0) {
      const part = await parts.next()
      if (part.done === true) throw new PeerageError('CANCELED')
      const text =
        typeof part.value === 'string' ? part.value : decoder.decode(part.value, { stream: true })
      typed = [...text]
    }
    return typed.shift() ?? ''
  }

  async function readLine(limit: number): Promise<string> {
    const line: string[] = []
    for (;;) {
      const character = await nextCharacter()
      if (character === INTERRUPT) throw new PeerageError('CANCELED')
      if (ENTER.includes(character)) return line.join('')
      if (ERASE.includes(character)) line.pop()
      else line.push(character)
      if (line.length > limit) {
        throw new PeerageError('INVALID_ARGUMENT', { reason: 'the line is too long' })
      }
    }
  }

  return {
    async ask(prompt, limit) {
      stderr.write(prompt)
      stdin.setRawMode?.(true)
      try {
        return await readLine(limit)
      } finally {
        stdin.setRawMode?.(false)
        stderr.write('\n')
      }
    }
  }
}
