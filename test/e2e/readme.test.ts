import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { PROGRAM, Sandbox } from './support.ts'

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
const [, session = ''] = README.split('<!-- session')
const lines = [...session.matchAll(/^\$ peerage (.*)$/gm)].map((match) => match[1] ?? '')

/** Splits as a shell does, as far as the README uses one: blanks and single quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')
}

describe('the session of the README', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  const background: ChildProcess[] = []
  after(async () => {
    for (const child of background) child.kill('SIGKILL')
    await sandbox.end()
  })

  test('works line by line', async () => {
    assert.ok(lines.length >= 15, 'the session was not found')
    const outputs: (readonly [string, string])[] = []
    for (const line of lines) {
      const words = wordsOf(line.replaceAll('/tmp/', `${sandbox.directory}/`))
      const isBackground = words.at(-1) === '&'
      const child = spawn(process.execPath, [PROGRAM, ...words.filter((word) => word !== '&')], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'], HOME: sandbox.directory }
      })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text
        })
      }
      if (isBackground) {
        background.push(child)
        // The next line waits for the node; its socket has to be there first.
        await once(child.stdout, 'data')
        continue
      }
      const [exit] = await once(child, 'close')
      assert.equal(exit, 0, `peerage ${line}\n${output}`)
      outputs.push([line, output])
    }
    const outputOf = (part: string) =>
      outputs.filter(([line]) => line.includes(part)).map(([, output]) => output)
    assert.match(outputOf('record get')[0] ?? '', /hello from alice/)
    const [before = '', afterwards = ''] = outputOf('bob peer ls')
    assert.match(before, /alice/)
    assert.doesNotMatch(afterwards, /alice/)
  })
})
