import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DaemonSide } from '../../src/cli/daemon-side.ts'
import type { Environment } from '../../src/cli/environment.ts'
import { runCommandLine } from '../../src/cli/run.ts'
import type { ReadyDaemon } from '../../src/daemon/daemon.ts'
import { PeerageError } from '../../src/errors.ts'
import { LIMITS } from '../../src/limits.ts'
import { silentLogger } from '../../src/log.ts'
import { fakeEnvironment, Keyboard } from '../support/fake-terminal.ts'

const NODE = { id: '12D3KooWnode', name: 'hq', member: 'acme' }
const NETWORK = { id: 'net', name: 'acme' }
const CREATED = {
  network: NETWORK,
  node: NODE,
  authority: { fingerprint: 'sha256:00' },
  recoveryFile: '/h/recovery-code.txt'
}
const CERTIFICATE = { serial: '00', notAfter: '2026-02-01T00:00:00.000Z' }
const READY: ReadyDaemon = {
  nodeId: NODE.id,
  listen: ['/ip4/127.0.0.1/tcp/4001'],
  frontDesk: ['/ip4/127.0.0.1/tcp/4002'],
  control: '/h/control.sock'
}
const SECRET = 'hunter2'

const unused = () => Promise.reject(new Error('no test here does that'))

/** A daemon side that does nothing and remembers what it was asked. */
function fakeDaemonSide(given: Partial<DaemonSide> = {}) {
  const calls: [string, Readonly<Record<string, unknown>>][] = []
  const note = (name: string, init: { readonly passphrase?: Uint8Array }) => {
    const plain = Object.entries(init).filter(
      ([key]) =>
        !['log', 'progress', 'onReady', 'signal', 'passphrase', 'given', 'onReload'].includes(key)
    )
    const { passphrase } = init
    const secret = passphrase && [['passphrase', new TextDecoder().decode(passphrase)]]
    calls.push([name, Object.fromEntries([...plain, ...(secret ?? [])])])
  }
  const side: DaemonSide = {
    createLogger: () => Promise.resolve(silentLogger),
    async createNetwork(init) {
      note('createNetwork', init)
      return given.createNetwork === undefined ? CREATED : await given.createNetwork(init)
    },
    async joinNetwork(init) {
      note('joinNetwork', init)
      if (given.joinNetwork !== undefined) return await given.joinNetwork(init)
      return { network: NETWORK, node: NODE, groups: ['staff'], certificate: CERTIFICATE }
    },
    recoverNetwork: unused,
    backupHome: unused,
    restoreHome: unused,
    signRequest: unused,
    approveRequest: unused,
    prepareKey: unused,
    importLogFile: unused,
    exportLogFile: unused,
    requestCertificate: unused,
    signCertificate: unused,
    importCertificate: unused,
    async runDaemon(init) {
      note('runDaemon', init)
      if (given.runDaemon !== undefined) return await given.runDaemon(init)
      init.onReady(READY)
    },
    isHomeInUse: () => Promise.resolve(false)
  }
  return { calls, daemonSide: side }
}

async function peerage(line: string, given: Partial<Environment> = {}) {
  const environment = fakeEnvironment({ arguments: line.split(' '), ...given })
  const exit = await runCommandLine(environment)
  return { exit, stdout: environment.stdout.text, stderr: environment.stderr.text }
}

function runsUntilStopped(init: Parameters<DaemonSide['runDaemon']>[0]): Promise<void> {
  init.onReady(READY)
  return new Promise((resolve) => {
    init.signal.addEventListener('abort', () => resolve())
  })
}

describe('network create', () => {
  const LINE = 'network create acme --node hq --home /h'

  test('--json prints network, node and authority', async () => {
    const { calls, daemonSide } = fakeDaemonSide()
    const { exit, stdout } = await peerage(
      `${LINE} --member acme --listen /a --listen /b --front-desk /c --json`,
      { daemonSide }
    )
    assert.equal(exit, 0)
    assert.deepEqual(JSON.parse(stdout), CREATED)
    const asked = { home: '/h', name: 'acme', node: 'hq', member: 'acme' }
    assert.deepEqual(calls, [
      ['createNetwork', { ...asked, listen: ['/a', '/b'], frontDesk: ['/c'] }]
    ])
  })

  test('says that keys are not encrypted, and what comes next', async () => {
    const { calls, daemonSide } = fakeDaemonSide()
    const { stdout } = await peerage(LINE, { daemonSide })
    assert.match(stdout, /not encrypted, mode 0600/)
    assert.match(stdout, /\nnext: peerage --home \/h up\n$/)
    assert.ok(stdout.split('\n').length <= 12)
    assert.equal(calls[0]?.[1]['member'], 'hq')
  })

  test('[SR-CONF-3] takes the passphrase from the terminal and shows it nowhere', async () => {
    const { calls, daemonSide } = fakeDaemonSide()
    const stdin = new Keyboard([`${SECRET}\r`, `${SECRET}\r`], true)
    const { stdout, stderr } = await peerage(`${LINE} --ask-passphrase`, { daemonSide, stdin })
    assert.equal(calls[0]?.[1]['passphrase'], SECRET)
    assert.match(stdout, /encrypted with the passphrase/)
    assert.doesNotMatch(stdout + stderr, /hunter2/)
  })

  test('a home that cannot be written is told with its remedy', async () => {
    const { daemonSide } = fakeDaemonSide({
      createNetwork: () => Promise.reject(new PeerageError('HOME_UNWRITABLE', { path: '/h' }))
    })
    const { exit, stdout, stderr } = await peerage(LINE, { daemonSide })
    assert.deepEqual({ exit, stdout }, { exit: 1, stdout: '' })
    assert.match(stderr, /^✖ HOME_UNWRITABLE .*\n {2}path {2}\/h\n {2}fix: /)
  })
})

describe('join', () => {
  const INVITE = `peerage1:${'a'.repeat(60)}`

  test('reads the invite from standard input and prints who the node is now', async () => {
    const { calls, daemonSide } = fakeDaemonSide()
    const stdin = new Keyboard([`${INVITE}\n`])
    const { exit, stdout } = await peerage('join --home /h --invite-file - --json', {
      daemonSide,
      stdin
    })
    assert.equal(exit, 0)
    assert.deepEqual(calls, [['joinNetwork', { home: '/h', inviteText: INVITE, listen: [] }]])
    assert.deepEqual(JSON.parse(stdout), {
      network: NETWORK,
      node: NODE,
      groups: ['staff'],
      certificate: CERTIFICATE
    })
  })

  test('[SR-CONF-3] asks on a terminal without echo; the invite is shown nowhere', async () => {
    const { calls, daemonSide } = fakeDaemonSide()
    const stdin = new Keyboard([`${INVITE}\r`], true)
    const { stdout, stderr } = await peerage('join', { daemonSide, stdin })
    assert.equal(calls[0]?.[1]['inviteText'], INVITE)
    assert.doesNotMatch(stdout + stderr, /peerage1:/)
  })

  test('a refused invite gives the code and the exit code of its row', async () => {
    const { daemonSide } = fakeDaemonSide({
      joinNetwork: () => Promise.reject(new PeerageError('INVITE_USED'))
    })
    const stdin = new Keyboard([INVITE])
    const { exit, stdout } = await peerage('join --invite-file - --json', { daemonSide, stdin })
    assert.equal(exit, 6)
    assert.equal(JSON.parse(stdout).error.code, 'INVITE_USED')
  })
})

describe('up and start', () => {
  test('up --json prints exactly one line when the node is ready', async () => {
    const { daemonSide } = fakeDaemonSide()
    const { exit, stdout, stderr } = await peerage('up --home /h --json', { daemonSide })
    assert.deepEqual({ exit, stderr }, { exit: 0, stderr: '' })
    assert.equal(stdout, `${JSON.stringify({ event: 'ready', ...READY })}\n`)
  })

  test('up shows addresses, socket and the next commands', async () => {
    const { daemonSide } = fakeDaemonSide()
    const { stdout } = await peerage('up', { daemonSide, variables: { npm_command: 'exec' } })
    for (const text of [...READY.listen, ...READY.frontDesk, READY.control]) {
      assert.ok(stdout.includes(text), text)
    }
    assert.match(stdout, /npx peerage status/)
    assert.ok(stdout.trimEnd().split('\n').length <= 12)
  })

  test('start creates the network "local" in an empty home and runs it', async () => {
    let empty = true
    const { calls, daemonSide } = fakeDaemonSide({
      async runDaemon(init) {
        if (empty) throw new PeerageError('HOME_EMPTY')
        init.onReady(READY)
      },
      async createNetwork() {
        empty = false
        return CREATED
      }
    })
    assert.equal((await peerage('start --home /h', { daemonSide })).exit, 0)
    const first = { home: '/h', name: 'local', node: 'first', member: 'me' }
    assert.deepEqual(calls, [
      ['runDaemon', { home: '/h', acceptClock: false }],
      ['createNetwork', { ...first, listen: [], frontDesk: [] }],
      ['runDaemon', { home: '/h', acceptClock: false }]
    ])
    calls.length = 0
    await peerage('start --home /h', { daemonSide })
    assert.deepEqual(calls, [['runDaemon', { home: '/h', acceptClock: false }]])
  })

  test('up does not create a network: an empty home is HOME_EMPTY with the remedy', async () => {
    const { daemonSide } = fakeDaemonSide({
      runDaemon: () => Promise.reject(new PeerageError('HOME_EMPTY'))
    })
    const { exit, stderr } = await peerage('up', { daemonSide })
    assert.equal(exit, 5)
    assert.match(stderr, /fix: Create one with: peerage network create/)
  })

  test('a key that needs a passphrase is asked for on a terminal only', async () => {
    const { calls, daemonSide } = fakeDaemonSide({
      async runDaemon(init) {
        if (init.passphrase === undefined) throw new PeerageError('PASSPHRASE_REQUIRED')
        init.onReady(READY)
      }
    })
    assert.equal((await peerage('up', { daemonSide })).exit, 4)
    const stdin = new Keyboard([`${SECRET}\r`], true)
    assert.equal((await peerage('up', { daemonSide, stdin })).exit, 0)
    assert.equal(calls.at(-1)?.[1]['passphrase'], SECRET)
  })

  test('a signal stops the node cleanly', async () => {
    const { daemonSide } = fakeDaemonSide({ runDaemon: runsUntilStopped })
    const environment = fakeEnvironment({ arguments: ['up'], daemonSide })
    const running = runCommandLine(environment)
    await untilReady(environment)
    environment.signal()
    assert.equal(await running, 0)
  })

  test('a stop that takes too long, or a later second signal, ends the command', async () => {
    for (const end of ['limit', 'signal'] as const) {
      const { daemonSide } = fakeDaemonSide({
        runDaemon(init) {
          init.onReady(READY)
          return new Promise(() => {})
        }
      })
      const environment = fakeEnvironment({ arguments: ['up'], daemonSide })
      const running = runCommandLine(environment)
      await untilReady(environment)
      environment.signal()
      environment.signal()
      environment.clock.advance(end === 'limit' ? LIMITS.stopMs : 2_000)
      if (end === 'signal') environment.signal()
      assert.equal(await running, 8)
      assert.match(environment.stderr.text, /TIMEOUT.*had not stopped/)
    }
  })

  test('an unknown log level is refused before anything starts', async () => {
    const { calls, daemonSide } = fakeDaemonSide()
    assert.equal((await peerage('up --log-level loud', { daemonSide })).exit, 2)
    assert.deepEqual(calls, [])
  })
})

async function untilReady(environment: ReturnType<typeof fakeEnvironment>): Promise<void> {
  while (environment.stdout.text === '') await new Promise(setImmediate)
}
