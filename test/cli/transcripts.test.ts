import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { runCommandLine } from '../../src/cli/run.ts'
import { PeerageError } from '../../src/errors.ts'
import { type FakeDaemon, startFakeDaemon } from '../support/fake-daemon.ts'
import { fakeEnvironment } from '../support/fake-terminal.ts'

/** `HOME` stands for the home of the daemon. */
interface Transcript {
  readonly command: string
  readonly stdout?: string
  readonly stderr?: string
  readonly exit: number
}

const TRANSCRIPTS: readonly Transcript[] = [
  {
    command: 'peerage status',
    exit: 0,
    stdout: `✔ ready, 2 peers connected
  node         hub of authority
  groups       staff
  node id      12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp
  network      local  mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtgq2q
  listening    /ip4/192.0.2.7/tcp/4001
  certificate  0f1e2d3c4b5a69788796a5b4c3d2e1f0, until 2026-01-31T00:00:00.000Z
  trust log    4 entries, checkpoint 12 s old; no admissions after 14 d, no sessions after 28 d
  running      for 1 min, version 0.1.0
next: peerage peer ls
`
  },
  {
    command: 'peerage --home HOME record ls',
    exit: 0,
    stdout: `KIND  OWNER  NAME      VERSION  BYTES  EXPIRES
note  alice  greeting  1        5      2026-01-31T00:00:00.000Z
next: peerage --home HOME record get KIND NAME --owner OWNER
`
  },
  {
    command: 'peerage record get note greeting',
    exit: 0,
    stdout: 'hello\n',
    stderr: `  version  1, signed by alice/laptop 1 min 30 s ago
  copies   at 1 of 1 node asked
  expires  2026-01-31T00:00:00.000Z
`
  },
  {
    command: 'peerage kind show offer',
    exit: 0,
    stdout: `kind offer, dictionary
  writers     group:traders
  readers     network
  value       up to 4096 bytes
  records     up to 100 of one owner
  lifetime    up to 1 d
  versions    4 kept
  copies      8, of which 2 must be on disk
  of revoked  drop
  declared    2026-01-01T00:00:00.000Z by entry 4
next: peerage record ls --kind offer
`
  },
  {
    command: 'peerage member show carol',
    exit: 5,
    stderr: `✖ MEMBER_UNKNOWN  The network has no member of this name.
  fix: List the members and check the spelling.
`
  },
  {
    command: 'peerage status --home /nonexistent',
    exit: 3,
    stderr: `✖ DAEMON_UNREACHABLE  No daemon answers on the control socket of this home: there is no network in it either.
  socket  /nonexistent/control.sock
  cause   ENOENT
  fix: Check --home and PEERAGE_HOME. Create one with: peerage network create NAME --node NODE, or join one with: peerage join --invite-file FILE
`
  },
  {
    command: 'peerage stauts',
    exit: 2,
    stderr: `✖ USAGE  The command line is not valid: unknown command 'stauts'.
  fix: Did you mean status?
`
  },
  {
    command: 'peerage peer',
    exit: 2,
    stderr: `✖ USAGE  The command line is not valid: peer needs a verb: ls, show, connect, disconnect, ping, diagnose, ban, unban, allow.
  fix: See: peerage help peer
`
  },
  {
    command: 'peerage peer ls --timeout soon --json',
    exit: 2,
    stdout: `{"error":{"code":"INVALID_ARGUMENT","message":"An argument does not have the expected form: --timeout takes a duration.","layer":"control","hint":"Write it like 90s, 15m, 1h or 30d","retryable":false,"details":{}}}
`
  },
  {
    command: 'peerage help peer ping',
    exit: 0,
    stdout: `peerage peer ping PEER: measure the round trip to a connected node
  PEER  node name, member/node or node id
example: peerage peer ping till-07
`
  }
]

describe('what a person sees', () => {
  let daemon: FakeDaemon
  before(async () => {
    daemon = await startFakeDaemon()
    daemon.answer('member.show', new PeerageError('MEMBER_UNKNOWN'))
  })
  after(() => daemon.close())

  for (const { command, stdout = '', stderr = '', exit } of TRANSCRIPTS) {
    test(`$ ${command}`, async () => {
      const environment = fakeEnvironment({
        arguments: command.replace('HOME', daemon.home).split(' ').slice(1),
        variables: { PEERAGE_HOME: daemon.home }
      })
      const exitCode = await runCommandLine(environment)
      assert.equal(environment.stdout.text.replaceAll(daemon.home, 'HOME'), stdout)
      assert.equal(environment.stderr.text.replaceAll(daemon.home, 'HOME'), stderr)
      assert.equal(exitCode, exit)
    })
  }

  test('[SR-CTL-1] a home with a network but no daemon is told how to start it', async () => {
    const stopped = await startFakeDaemon()
    const { home } = stopped
    await stopped.close({ keepHome: true })
    const environment = fakeEnvironment({ arguments: ['status', '--home', home] })
    assert.equal(await runCommandLine(environment), 3)
    assert.equal(
      environment.stderr.text.replaceAll(home, 'HOME'),
      `✖ DAEMON_UNREACHABLE  No daemon answers on the control socket of this home.
  socket  HOME/control.sock
  cause   ENOENT
  fix: Start it: peerage --home HOME up
`
    )
    stopped.removeHome()
  })
})
