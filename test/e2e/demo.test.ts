import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, test } from 'node:test'
import { ERRORS } from '../../src/errors.ts'
import { type Json, PROGRAM, run } from './support.ts'

const STEPS = ['network', 'members', 'stranger', 'record', 'forgery', 'revocation', 'proof']

describe('peerage demo', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-demo-test-'))
  const variables = { TMPDIR: folder }
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('[SR-ADM-1] does every step for real and leaves nothing behind', async () => {
    const { exit, stdout, stderr } = await run(['demo', '--json'], { variables })
    assert.equal(exit, 0, stdout + stderr)
    const lines: Json[] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      lines.map(({ step, event }) => step ?? event),
      [...STEPS, 'done']
    )
    const [, members, stranger, record, forgery, revocation, proof] = lines
    assert.equal(new Set(members.nodes).size, 3)
    assert.equal(stranger.elsewhere, 'WRONG_NETWORK')
    assert.equal(stranger.stranger, 'CERTIFICATE_WRONG_ISSUER')
    assert.equal(stranger.node, 'CERTIFICATE_WRONG_ISSUER')
    assert.equal(record.text, 'hello from alice')
    assert.ok(record.acknowledgedBy.length >= 2)
    assert.deepEqual(
      [forgery.foreign, forgery.broken, forgery.honest],
      ['RECORD_WRITER_DENIED', 'RECORD_SIGNATURE_INVALID', 'STORED']
    )
    assert.deepEqual(Object.keys(revocation.cutAfterMs).toSorted(), ['alice', 'bob', 'hq'])
    assert.deepEqual(revocation.applied.toSorted(), members.nodes.toSorted())
    assert.equal(revocation.again, 'CERTIFICATE_REVOKED')
    assert.deepEqual([proof.index, proof.type], [revocation.index, 'revoked'])
    assert.deepEqual(proof.applied.toSorted(), members.nodes.toSorted())
    assert.equal(proof.elsewhere, 'WRONG_NETWORK')
    assert.deepEqual(readdirSync(folder), [])
  })

  test('keeps the homes when it is asked to, and says how to talk to each node', async () => {
    const { exit, stdout } = await run(['demo', '--keep'], { variables })
    assert.equal(exit, 0)
    const [name = ''] = readdirSync(folder)
    const directory = join(folder, name)
    assert.deepEqual(readdirSync(directory).toSorted(), ['alice', 'bob', 'hq', 'mallory'])
    for (const home of readdirSync(directory)) {
      assert.ok(stdout.includes(`peerage --home ${join(directory, home)} up`), stdout)
    }
    assert.ok(stdout.endsWith(`next: peerage --home ${join(directory, 'hq')} status\n`), stdout)
    rmSync(directory, { recursive: true })
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`after ${signal} in the middle no process and no folder is left, and the step is named`, async () => {
      const { demo, line, ended, lines } = start()
      await line('members')
      const children = childrenOf(demo)
      assert.equal(children.length, 3)
      demo.kill(signal)
      assert.notEqual(await ended, 0)
      assert.equal(lines.at(-1).error.details.step, 'stranger')
      assert.match(lines.at(-1).error.message, /interrupted/)
      assert.deepEqual(children.filter(isAlive), [])
      assert.deepEqual(readdirSync(folder), [])
    })
  }

  test('after kill -9 no process is left either', async () => {
    const { demo, line, ended } = start()
    await line('members')
    const children = childrenOf(demo)
    const gone = children.map(untilGone)
    demo.kill('SIGKILL')
    await ended
    await Promise.all(gone)
    for (const left of readdirSync(folder)) rmSync(join(folder, left), { recursive: true })
  })

  test('ends with the name of the step that did not happen', async () => {
    const { demo, line, ended, lines } = start()
    await line('members')
    for (const child of childrenOf(demo)) process.kill(child, 'SIGKILL')
    assert.notEqual(await ended, 0)
    const { error } = lines.at(-1)
    assert.equal(error.code, 'DEMO_STEP_FAILED')
    assert.ok(STEPS.slice(2).includes(error.details.step), JSON.stringify(error))
    assert.ok(!lines.some(({ event }) => event === 'done'))
    assert.deepEqual(readdirSync(folder), [])
  })

  test('a command that fails in a step is told with its own remedy', async () => {
    const deep = join(folder, 'x'.repeat(120))
    mkdirSync(deep)
    const { exit, stdout } = await run(['demo', '--json'], { variables: { TMPDIR: deep } })
    assert.notEqual(exit, 0)
    const { error } = JSON.parse(stdout)
    assert.deepEqual([error.code, error.details.step], ['DEMO_STEP_FAILED', 'network'])
    assert.match(error.message, /SOCKET_PATH_TOO_LONG/)
    assert.equal(error.hint, ERRORS.SOCKET_PATH_TOO_LONG.hint)
    assert.deepEqual(readdirSync(deep), [])
    rmSync(deep, { recursive: true })
  })

  test('without a temporary folder it says which one cannot be written', async () => {
    const missing = join(folder, 'missing')
    const { exit, stdout } = await run(['demo', '--json'], { variables: { TMPDIR: missing } })
    assert.equal(exit, ERRORS.HOME_UNWRITABLE.exit)
    const { error } = JSON.parse(stdout)
    assert.deepEqual([error.code, error.details.directory], ['HOME_UNWRITABLE', missing])
  })

  /** A demo under way; `line` waits until a step was done. */
  function start() {
    const demo = spawn(process.execPath, [PROGRAM, 'demo', '--json'], {
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'pipe', 'inherit']
    })
    const lines: Json[] = []
    const watchers = new Set<() => void>()
    createInterface({ input: demo.stdout }).on('line', (text) => {
      lines.push(JSON.parse(text))
      for (const look of watchers) look()
    })
    const ended = new Promise<number | string>((resolve) =>
      demo.once('close', (code, signal) => resolve(code ?? signal ?? ''))
    )
    const line = (step: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (lines.some((each) => each.step === step)) resolve()
        }
        watchers.add(look)
        void ended.then(() => reject(new Error(`no "${step}": ${JSON.stringify(lines)}`)))
      })
    return { demo, line, lines, ended }
  }
})

function childrenOf({ pid }: ChildProcess): readonly number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return list.trim().split(' ').filter(Boolean).map(Number)
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`)
}

/** A process that is nobody's child here can only be looked at. */
async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve))
}
