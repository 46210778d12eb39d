import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { cache, PROGRAM, Sandbox } from './support.ts'

type Output = readonly [line: string, output: string]

interface Document {
  readonly path: string
  readonly linesMin: number
  /** What a reader would see happen. */
  check(outputOf: (part: string) => readonly string[]): void
}

const DOCUMENTS: readonly Document[] = [
  {
    path: 'docs/testnet.md',
    linesMin: 11,
    check(outputOf) {
      assert.match(outputOf('testnet up')[0] ?? '', /3 nodes up, enrolled and connected/)
      for (const output of outputOf('record get')) assert.match(output, /^hello$/m)
      assert.match(outputOf('peer ls')[0] ?? '', /node-2/)
      assert.doesNotMatch(outputOf('peer ls')[0] ?? '', /node-3/)
      assert.match(outputOf('testnet ls')[1] ?? '', /no testnet is up/)
    }
  },
  {
    path: 'docs/records.md',
    linesMin: 14,
    check(outputOf) {
      assert.match(outputOf('history')[0] ?? '', /good morning[\s\S]*hello/)
      assert.match(outputOf('get note plan')[0] ?? '', /to member:node-3[\s\S]*meet at nine/)
      assert.doesNotMatch(outputOf('record ls')[0] ?? '', /plan/)
      assert.match(outputOf('record watch')[0] ?? '', /version 2 .*\(1 version missed\)/)
      assert.match(outputOf('record import')[0] ?? '', /records of \d+ are here/)
    }
  },
  {
    path: 'README.md',
    linesMin: 15,
    check(outputOf) {
      assert.match(outputOf('record get')[0] ?? '', /hello from alice/)
      const [before = '', afterwards = ''] = outputOf('bob peer ls')
      assert.match(before, /alice/)
      assert.doesNotMatch(afterwards, /alice/)
    }
  },
  {
    path: 'docs/operations.md',
    linesMin: 25,
    check(outputOf) {
      assert.match(outputOf('member suspend')[0] ?? '', /suspended[\s\S]*refused/)
      assert.match(outputOf('cert revoke')[0] ?? '', /applied by/)
      assert.match(outputOf('trust verify')[0] ?? '', /lost laptop/)
      assert.match(outputOf('authority sign')[0] ?? '', /would sign: give member carol/)
      assert.match(outputOf('cert import')[0] ?? '', /joined acme/)
      assert.match(outputOf('hq.backup')[1] ?? '', /restored as it was on/)
      assert.match(outputOf('till.paper')[1] ?? '', /carol\/till is revoked/)
      assert.match(outputOf('audit verify --file')[0] ?? '', /following from the one before/)
    }
  }
]

/** Splits as a shell does, as far as the documents use one: blanks and single quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')
}

/** The lines after "$ peerage" of all sessions of a document, in order. */
function linesOf(path: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, '../..', path), 'utf8')
  const [, ...sessions] = text.split('<!-- session')
  return sessions.flatMap((session) =>
    [...session.matchAll(/^\$ peerage (.*)$/gm)].map((match) => match[1] ?? '')
  )
}

for (const { path, linesMin, check } of DOCUMENTS) {
  describe(`the session of ${path}`, { timeout: 240_000 }, () => {
    const sandbox = new Sandbox()
    const background: ChildProcess[] = []
    after(async () => {
      for (const child of background) child.kill('SIGKILL')
      await sandbox.end()
    })

    test('works line by line', async () => {
      // What a reader has written.
      sandbox.file('backup.passphrase', 'a passphrase of the backup\n')
      const lines = linesOf(path)
      assert.ok(lines.length >= linesMin, 'the session was not found')
      const outputs: Output[] = []
      for (const line of lines) {
        const given = withNetworkId(line, outputs)
        const words = wordsOf(given.replaceAll('/tmp/', `${sandbox.directory}/`))
        const isBackground = words.at(-1) === '&'
        const child = spawn(process.execPath, [PROGRAM, ...words.filter((word) => word !== '&')], {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: {
            ...{ PATH: process.env['PATH'], HOME: sandbox.directory, TMPDIR: sandbox.directory },
            ...cache()
          }
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
        assert.equal(exit, 0, `peerage ${given}\n${output}`)
        outputs.push([line, output])
      }
      check((part) => outputs.filter(([line]) => line.includes(part)).map(([, output]) => output))
    })
  })
}

/** A reader copies the network id from what was printed; here it is looked up. */
function withNetworkId(line: string, outputs: readonly Output[]): string {
  if (!line.includes('NETWORK-ID')) return line
  const printed = outputs.map(([, output]) => /[a-z2-7]{52}/.exec(output)?.[0])
  return line.replace('NETWORK-ID', printed.find((id) => id !== undefined) ?? 'nothing printed')
}
