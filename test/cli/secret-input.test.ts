import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import {
  askPassphrase,
  readInvite,
  readPassphrase,
  refuseSecretArguments
} from '../../src/cli/secret-input.ts'
import { PeerageError } from '../../src/errors.ts'
import { LIMITS } from '../../src/limits.ts'
import { fakeEnvironment, Keyboard } from '../support/fake-terminal.ts'

const SECRET = 'correct horse battery staple'
const INVITE = `peerage1:${'aB3_'.repeat(40)}`
const cwd = mkdtempSync(join(tmpdir(), 'peerage-secret-'))
after(() => rmSync(cwd, { recursive: true }))

function file(content: string | Uint8Array): string {
  const name = `${Math.random()}`
  writeFileSync(join(cwd, name), content, { mode: 0o600 })
  return name
}

function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes)
}

/** The code, and everything that could reach a terminal or a log. */
function shown(error: unknown): { code: string; text: string } {
  assert.ok(error instanceof PeerageError)
  return { code: error.code, text: `${error.message} ${JSON.stringify(error.details)}` }
}

describe('a passphrase from a file or a descriptor', () => {
  test('is everything but the last line break', () => {
    for (const ending of ['', '\n', '\r\n']) {
      const source = { file: file(` ${SECRET} ${ending}`), descriptor: undefined }
      assert.equal(text(readPassphrase({ cwd }, source)), ` ${SECRET} `)
    }
  })

  test('is read from an open descriptor', () => {
    const descriptor = openSync(join(cwd, file(`${SECRET}\n`)), 'r')
    assert.equal(text(readPassphrase({ cwd }, { file: undefined, descriptor })), SECRET)
    closeSync(descriptor)
  })

  test('is absent when neither is named', () => {
    assert.equal(readPassphrase({ cwd }, { file: undefined, descriptor: undefined }), undefined)
  })

  test('is refused when empty, and beyond its limit', () => {
    for (const content of ['', '\n', 'x'.repeat(LIMITS.passphraseBytesMax + 1)]) {
      assert.throws(
        () => readPassphrase({ cwd }, { file: file(content), descriptor: undefined }),
        (error) => shown(error).code === 'INVALID_ARGUMENT'
      )
    }
  })

  test('both at once are refused with USAGE', () => {
    assert.throws(
      () => readPassphrase({ cwd }, { file: 'a', descriptor: 3 }),
      (error) => shown(error).code === 'USAGE'
    )
  })

  test('[SR-CONF-3] the passphrase itself in place of the file is refused and not repeated', () => {
    assert.throws(
      () => readPassphrase({ cwd }, { file: SECRET, descriptor: undefined }),
      (error) => {
        const { code, text } = shown(error)
        assert.equal(code, 'INVALID_ARGUMENT')
        assert.doesNotMatch(text, /horse/)
        return true
      }
    )
  })

  test('a descriptor that is not open is refused with INVALID_ARGUMENT', () => {
    assert.throws(
      () => readPassphrase({ cwd }, { file: undefined, descriptor: 9_999 }),
      (error) => shown(error).code === 'INVALID_ARGUMENT'
    )
  })
})

describe('a passphrase typed on the terminal', () => {
  test('[SR-CONF-3] is not echoed; the terminal is itself again afterwards', async () => {
    const stdin = new Keyboard(['corr', 'ext\u007f', '!\r'], true)
    const environment = fakeEnvironment({ stdin })
    assert.equal(text(await askPassphrase(environment, 'existing')), 'correx!')
    assert.deepEqual(stdin.raw, [true, false])
    assert.equal(environment.stderr.text, 'Passphrase: \n')
    assert.equal(environment.stdout.text, '')
  })

  test('a new one is asked for twice, also when both are pasted at once', async () => {
    const stdin = new Keyboard([`${SECRET}\r${SECRET}\r`], true)
    assert.equal(text(await askPassphrase(fakeEnvironment({ stdin }), 'new')), SECRET)
  })

  test('two that differ are refused with USAGE', async () => {
    const stdin = new Keyboard(['one\r', 'two\r'], true)
    await assert.rejects(askPassphrase(fakeEnvironment({ stdin }), 'new'), { code: 'USAGE' })
  })

  test('Ctrl-C and a lost terminal end it with CANCELED', async () => {
    for (const typed of [['abc\u0003'], ['abc']]) {
      const stdin = new Keyboard(typed, true)
      const asked = askPassphrase(fakeEnvironment({ stdin }), 'existing')
      await assert.rejects(asked, { code: 'CANCELED' })
      assert.deepEqual(stdin.raw, [true, false])
    }
  })

  test('endless typing is refused with INVALID_ARGUMENT', async () => {
    const stdin = new Keyboard(['x'.repeat(5_000)], true)
    const asked = askPassphrase(fakeEnvironment({ stdin }), 'existing')
    await assert.rejects(asked, { code: 'INVALID_ARGUMENT' })
  })

  test('without a terminal it is PASSPHRASE_REQUIRED', async () => {
    await assert.rejects(askPassphrase(fakeEnvironment(), 'existing'), {
      code: 'PASSPHRASE_REQUIRED'
    })
  })
})

describe('an invite', () => {
  test('comes from a file, from standard input or from the terminal', async () => {
    const piped = fakeEnvironment({ stdin: new Keyboard([`${INVITE}\n`]) })
    const typed = fakeEnvironment({ stdin: new Keyboard([INVITE, '\r'], true) })
    assert.equal(await readInvite(fakeEnvironment({ cwd }), file(`${INVITE}\n`)), INVITE)
    assert.equal(await readInvite(piped, '-'), INVITE)
    assert.equal(await readInvite(typed, undefined), INVITE)
    assert.equal(typed.stderr.text, 'Invite: \n')
  })

  test('an endless one is refused with INVITE_MALFORMED before it is read to its end', async () => {
    let asked = 0
    const endless = {
      async *[Symbol.asyncIterator]() {
        for (;;) {
          asked += 1
          yield new Uint8Array(1_024)
        }
      }
    }
    const reading = readInvite(fakeEnvironment({ stdin: endless }), '-')
    await assert.rejects(reading, { code: 'INVITE_MALFORMED' })
    assert.ok(asked < 10)
  })

  test('without a terminal and without a file it is USAGE', async () => {
    await assert.rejects(readInvite(fakeEnvironment(), undefined), { code: 'USAGE' })
  })
})

describe('[SR-CONF-3] secrets on the command line', () => {
  const REFUSED = [
    ['join', INVITE],
    ['join', '--invite-file', INVITE],
    ['join', `--invite-file=${INVITE}`],
    ['join', '--invite', 'x'],
    ['up', '--passphrase', SECRET],
    ['up', `--passphrase=${SECRET}`],
    ['up', `--password=${SECRET}`]
  ]
  for (const words of REFUSED) {
    test(`${words.join(' ').slice(0, 40)} is refused with USAGE and not repeated`, () => {
      assert.throws(
        () => refuseSecretArguments(words),
        (error) => {
          const { code, text } = shown(error)
          assert.equal(code, 'USAGE')
          assert.doesNotMatch(text, /horse|aB3_/)
          return true
        }
      )
    })
  }

  test('names of places where secrets are pass', () => {
    refuseSecretArguments(['join', '--invite-file', '-', '--passphrase-file', 'p', 'peerage1:'])
  })
})
