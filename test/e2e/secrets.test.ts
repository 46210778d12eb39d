import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { KeyUse } from '../../src/identity/key-file.ts'
import { loadKey } from '../../src/storage/key-store.ts'
import { type Daemon, LOOPBACK, type Ran, run, Sandbox } from './support.ts'

const PASSPHRASE = 'a passphrase that is nowhere else'

describe('[SR-CONF-3] secrets', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  const printed: string[] = []
  const commandLines: string[] = []
  let hq: Daemon
  let bob: Daemon
  let invite: string
  let token: string
  const seeds = new Map<string, Uint8Array>()

  const note = ({ stdout, stderr }: Ran) => printed.push(stdout, stderr)
  const say = async (home: string, ...words: string[]) => note(await run(words, { home }))

  before(async () => {
    const passphrase = sandbox.file('passphrase', `${PASSPHRASE}\n`)
    await sandbox.create('hq', ['--passphrase-file', passphrase])
    const up = ['--log-level', 'debug']
    hq = await sandbox.up('hq', [...up, '--passphrase-file', passphrase])
    invite = (await sandbox.invite(hq, 'bob')).invite
    const home = sandbox.path('bob')
    note(await run(['join', '--invite-file', '-', '--listen', LOOPBACK], { home, stdin: invite }))
    bob = await sandbox.up('bob', up)
    await bob.waitPeers(1)
    token = (await hq.call('token.create', { ttlMs: 3_600_000 })).token
    readCommandLines(hq)
    readCommandLines(bob)

    // A session of everything, faults included.
    await say(hq.home, 'status')
    await say(hq.home, 'status', '--json')
    await say(hq.home, 'invite', 'ls', '--json')
    await say(hq.home, 'token', 'ls', '--json')
    await say(hq.home, 'trust', 'log', '--json')
    await say(bob.home, 'record', 'put', 'note', 'n', 'v')
    await say(bob.home, 'record', 'get', 'note', 'missing')
    await say(bob.home, 'member', 'suspend', 'office')
    await say(bob.home, 'rpc', 'rpc.discover')
    note(await run(['join', '--invite-file', '-'], { home: sandbox.path('late'), stdin: invite }))
    note(
      await run(['join', '--invite-file', '-'], { home, stdin: `${invite.slice(0, -9)}AAAAAAAA` })
    )
    note(await run(['up'], { home: sandbox.path('hq2') }))
    const wrong = sandbox.file('wrong', 'another passphrase\n')
    note(await run(['up', '--passphrase-file', wrong], { home: hq.home }))
    await say(hq.home, 'cert', 'revoke', 'bob/bob')

    for (const [name, daemon] of [
      ['hq', hq],
      ['bob', bob]
    ] as const) {
      await daemon.stop()
      for (const use of ['node', 'authority', 'front-desk'] as const) {
        const path = `${daemon.home}/${use}.key`
        if (existsSync(path)) seeds.set(`${name}/${use}.key`, await seedOf(path, use))
      }
    }
  })
  after(() => sandbox.end())

  async function seedOf(path: string, use: KeyUse): Promise<Uint8Array> {
    const passphrase = async () => Buffer.from(PASSPHRASE)
    return (await loadKey(path, { use, passphrase })).exportSeed()
  }

  function readCommandLines({ child }: Daemon): void {
    commandLines.push(readFileSync(`/proc/${child.pid}/cmdline`, 'latin1'))
    commandLines.push(readFileSync(`/proc/${child.pid}/environ`, 'latin1'))
  }

  /** Every way in which a secret could be written down. */
  function spellings(): ReadonlyMap<string, readonly Buffer[]> {
    const ways = (bytes: Uint8Array) => {
      const buffer = Buffer.from(bytes)
      return [
        buffer,
        ...(['hex', 'base64', 'base64url'] as const).map((form) =>
          Buffer.from(buffer.toString(form).replace(/=+$/, ''))
        ),
        Buffer.from([...bytes].join(','))
      ]
    }
    const secrets = new Map<string, readonly Buffer[]>()
    for (const [name, seed] of seeds) secrets.set(name, ways(seed))
    secrets.set('passphrase', ways(Buffer.from(PASSPHRASE)))
    secrets.set('invite', [Buffer.from(invite)])
    secrets.set('token', [Buffer.from(token)])
    return secrets
  }

  function found(where: Uint8Array): string[] {
    const text = Buffer.from(where)
    return [...spellings()]
      .filter(([, ways]) => ways.some((way) => text.includes(way)))
      .map(([name]) => name)
  }

  test('the scan knows at least every key, and finds what is planted', () => {
    assert.deepEqual([...seeds.keys()].toSorted(), [
      'bob/node.key',
      'hq/authority.key',
      'hq/front-desk.key',
      'hq/node.key'
    ])
    const seed = seeds.get('hq/authority.key') ?? assert.fail()
    for (const form of ['hex', 'base64', 'base64url'] as const) {
      const planted = `{"key":"${Buffer.from(seed).toString(form)}"}`
      assert.deepEqual(found(Buffer.from(planted)), ['hq/authority.key'])
    }
    assert.deepEqual(found(Buffer.from(`x${PASSPHRASE}x`)), ['passphrase'])
  })

  test('are in nothing that was printed or logged', () => {
    const text = [...printed, hq.stdout, hq.stderr, bob.stdout, bob.stderr].join('\n')
    assert.ok(text.length > 10_000, 'there was something to look at')
    assert.deepEqual(found(Buffer.from(text)), [])
  })

  test('are in no command line and in no environment', () => {
    assert.deepEqual(found(Buffer.from(commandLines.join('\n'), 'latin1')), [])
  })

  test('are in no file but the key files of a node without a passphrase', () => {
    for (const home of [hq.home, bob.home]) {
      for (const name of readdirSync(home)) {
        const secrets = found(readFileSync(`${home}/${name}`))
        const own = home === bob.home && name === 'node.key' ? ['bob/node.key'] : []
        assert.deepEqual(secrets, own, `${home}/${name}`)
      }
    }
  })
})
