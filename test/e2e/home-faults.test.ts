import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { createServer } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { ErrorCode } from '../../src/errors.ts'
import {
  Daemon,
  type Json,
  json,
  LOOPBACK,
  NOBODY,
  type RunInit,
  refused,
  Sandbox
} from './support.ts'

const DAY = 86_400_000
const NOTE = ['record', 'put', 'note', 'kept', 'still here']

/** What is done to a home, and how it is undone. */
type Spoil = (home: string) => () => void

interface Fault {
  readonly title: string
  readonly code: ErrorCode
  readonly spoil?: Spoil
  readonly init?: RunInit
  /** What the remedy must name, so that it can be followed. */
  readonly names?: RegExp
}

/** Keeps a copy of the file beside it while `change` has its way with it. */
function withFile(name: string, change: (path: string) => void): Spoil {
  return (home) => {
    const path = `${home}/${name}`
    copyFileSync(path, `${path}.kept`)
    change(path)
    return () => renameSync(`${path}.kept`, path)
  }
}

const withMode =
  (name: string, mode: number, right: number): Spoil =>
  (home) => {
    chmodSync(`${home}/${name}`, mode)
    return () => chmodSync(`${home}/${name}`, right)
  }

const withConfig = (text: string): Spoil =>
  withFile('peerage.toml', (path) => writeFileSync(path, text))

describe('a home with a fault is refused by name, and whole again without it', {
  timeout: 180_000
}, () => {
  const sandbox = new Sandbox()
  let home: string
  let created: Json
  let other: string
  let entry: Uint8Array

  before(async () => {
    created = await sandbox.create('hq')
    home = sandbox.path('hq')
    await sandbox.create('other')
    other = sandbox.path('other')
    const daemon = await sandbox.up('hq')
    await json(NOTE, { home })
    const { items } = await daemon.call('trust.entries')
    entry = Buffer.from(items[1].entry, 'base64url')
    await daemon.stop()
  })
  after(() => sandbox.end())

  const FAULTS: readonly Fault[] = [
    {
      title: 'a truncated node key',
      code: 'KEY_FILE_DAMAGED',
      spoil: withFile('node.key', (path) => truncateSync(path, 40)),
      names: /node\.key/
    },
    {
      title: 'the key of another node',
      code: 'KEY_FILE_MISMATCH',
      spoil: withFile('node.key', (path) => copyFileSync(`${other}/node.key`, path))
    },
    {
      title: 'an authority key in place of the node key',
      code: 'KEY_FILE_MISMATCH',
      spoil: (at) => withFile('node.key', (path) => copyFileSync(`${at}/authority.key`, path))(at)
    },
    {
      title: 'no node key',
      code: 'KEY_FILE_MISSING',
      spoil: (at) => {
        renameSync(`${at}/node.key`, `${at}/elsewhere`)
        return () => renameSync(`${at}/elsewhere`, `${at}/node.key`)
      }
    },
    {
      title: 'a key that others can read',
      code: 'KEY_FILE_PERMISSIONS',
      spoil: withMode('node.key', 0o644, 0o600),
      names: /chmod|0600/
    },
    {
      title: 'a home that others can enter',
      code: 'HOME_PERMISSIONS',
      spoil: withMode('', 0o755, 0o700),
      names: /chmod|0700/
    },
    {
      title: 'a truncated authority key',
      code: 'KEY_FILE_DAMAGED',
      spoil: withFile('authority.key', (path) => truncateSync(path, 40))
    },
    {
      title: 'a database that is none',
      code: 'STORAGE_DAMAGED',
      spoil: withFile('state.db', (path) => writeFileSync(path, 'x'.repeat(100_000)))
    },
    {
      title: 'a truncated database',
      code: 'STORAGE_DAMAGED',
      spoil: withFile('state.db', (path) => truncateSync(path, 5_000))
    },
    {
      title: 'one flipped bit in the trust log',
      code: 'STORAGE_DAMAGED',
      spoil: withFile('state.db', (path) => {
        const bytes = readFileSync(path)
        const at = bytes.indexOf(entry) + entry.length - 1
        assert.ok(at > 0)
        bytes[at] = (bytes[at] ?? 0) ^ 1
        writeFileSync(path, bytes)
      })
    },
    {
      title: 'a database of a newer version',
      code: 'STORAGE_TOO_NEW',
      spoil: withFile('state.db', (path) => {
        const db = new DatabaseSync(path)
        db.exec('PRAGMA user_version = 99')
        db.close()
      })
    },
    {
      title: 'an unknown setting',
      code: 'CONFIG_INVALID',
      spoil: withConfig('listn = ["/ip4/127.0.0.1/tcp/0"]\n'),
      names: /listn.*listen/s
    },
    {
      title: 'a setting of the wrong type',
      code: 'CONFIG_INVALID',
      spoil: withConfig('listen = 4001\n'),
      names: /listen/
    },
    {
      title: 'a settings file that is no TOML',
      code: 'CONFIG_INVALID',
      spoil: withConfig('listen = [\n'),
      names: /line|1/
    },
    {
      title: 'a clock before the beginning of the network',
      code: 'CLOCK_BEFORE_GENESIS',
      init: { clockMs: -10 * DAY }
    },
    {
      title: 'a clock of 1970',
      code: 'CLOCK_BEFORE_GENESIS',
      init: { clockMs: -Date.now() }
    },
    {
      title: 'an environment that would write session keys to disk',
      code: 'CONFIG_INVALID',
      init: { variables: { DUMP_SESSION_KEYS: '/tmp/keys' } }
    }
  ]

  for (const { title, code, spoil, init, names } of FAULTS) {
    test(`${title} is ${code}`, async () => {
      const undo = spoil?.(home)
      try {
        const error = await refused(code, ['up'], { home, ...init })
        if (names !== undefined) assert.match(JSON.stringify(error), names)
      } finally {
        undo?.()
      }
      await requireWhole()
    })
  }

  for (const setting of ['listen', 'front_desk']) {
    test(`a port that is taken (${setting}) is ADDRESS_IN_USE`, async () => {
      const taken = createServer()
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
      const { port } = taken.address() as { port: number }
      const undo = withConfig(`${setting} = ["/ip4/127.0.0.1/tcp/${port}"]\n`)(home)
      try {
        const error = await refused('ADDRESS_IN_USE', ['up'], { home })
        assert.match(JSON.stringify(error), new RegExp(String(port)))
      } finally {
        undo()
        await new Promise((resolve) => taken.close(resolve))
      }
      await requireWhole()
    })
  }

  async function requireWhole(): Promise<void> {
    const daemon = await sandbox.up('hq')
    assert.equal(daemon.nodeId, created.node.id)
    const got = await daemon.call('record.get', { kind: 'note', name: 'kept', owner: 'hq' })
    assert.equal(got.text, 'still here')
    await daemon.stop()
  }
})

describe('a home that cannot be written', { timeout: 60_000 }, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())

  test('is HOME_UNWRITABLE for network create and for join, and stays as it was', async () => {
    const parent = sandbox.path('parent')
    mkdirSync(parent, { mode: 0o555 })
    if (process.getuid?.() === 0) {
      chownSync(sandbox.directory, NOBODY.uid, NOBODY.gid)
      chownSync(parent, NOBODY.uid, NOBODY.gid)
    }
    const init = { home: `${parent}/home`, unprivileged: true }
    await refused('HOME_UNWRITABLE', ['network', 'create', 'n', '--node', 'n'], init)
    chmodSync(parent, 0o755)
    await json(['network', 'create', 'n', '--node', 'n', '--listen', LOOPBACK], init)
    const start = async () => await Daemon.start(`${parent}/home`, [], init)
    await (await start()).stop()
    chmodSync(`${parent}/home`, 0o500)
    await refused('HOME_UNWRITABLE', ['up'], init)
    for (const name of ['state.db', 'lock.db']) chmodSync(`${parent}/home/${name}`, 0o400)
    await refused('HOME_UNWRITABLE', ['up'], init)
    for (const name of ['state.db', 'lock.db']) chmodSync(`${parent}/home/${name}`, 0o600)
    chmodSync(`${parent}/home`, 0o700)
    assert.deepEqual(await (await start()).stop(), { exit: 0, signal: null })
  })
})

describe('a key with a passphrase', { timeout: 60_000 }, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())

  test('[SR-CONF-3] opens with the right one only, and says which is missing', async () => {
    const right = sandbox.file('right', 'correct horse battery staple\n')
    const wrong = sandbox.file('wrong', 'correct horse battery stable\n')
    await sandbox.create('safe', ['--passphrase-file', right])
    const home = sandbox.path('safe')
    await refused('PASSPHRASE_REQUIRED', ['up'], { home })
    await refused('PASSPHRASE_WRONG', ['up', '--passphrase-file', wrong], { home })
    const daemon = await sandbox.up('safe', ['--passphrase-file', right])
    assert.deepEqual(await daemon.stop(), { exit: 0, signal: null })
  })
})

describe('a disk that takes no more', { timeout: 60_000 }, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())

  test('[SR-STO-4] acknowledges nothing that is not stored, keeps what is, and recovers', async () => {
    await sandbox.create('hq')
    const home = sandbox.path('hq')
    const daemon = await sandbox.up('hq', [], { fileKibMax: 700 })
    const value = 'x'.repeat(16_000)
    const acknowledged: string[] = []
    let refusal: Json
    for (let i = 0; refusal === undefined && i < 100; i++) {
      const put = { kind: 'note', name: `n${i}`, text: value }
      refusal = await daemon.call('record.put', put).then(
        () => void acknowledged.push(put.name),
        (error: unknown) => error
      )
    }
    // A bound on files fails differently from a full disk, which real-disk.test.ts has.
    assert.equal(refusal?.code, 'STORAGE_FAILED')
    assert.ok(acknowledged.length > 0)
    const read = async (from: typeof daemon) => {
      for (const name of acknowledged) {
        const got = await from.call('record.get', { kind: 'note', name, owner: 'hq' })
        assert.equal(got.text, value)
      }
    }
    await read(daemon)
    await daemon.stop()
    const again = await sandbox.up('hq')
    await read(again)
    await json(['record', 'put', 'note', 'after', 'there is room again'], { home })
    await again.stop()
  })
})
