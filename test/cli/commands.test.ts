import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Environment } from '../../src/cli/environment.ts'
import { runCommandLine } from '../../src/cli/run.ts'
import { COMMAND_GROUPS } from '../../src/cli/tree/index.ts'
import { methods } from '../../src/control/methods/index.ts'
import { rpcAuthenticate } from '../../src/control/methods/rpc.ts'
import { parseToken } from '../../src/control/token.ts'
import { PeerageError } from '../../src/errors.ts'
import { type FakeDaemon, startFakeDaemon } from '../support/fake-daemon.ts'
import {
  type FakeEnvironment,
  fakeEnvironment,
  Keyboard,
  Screen
} from '../support/fake-terminal.ts'

let daemon: FakeDaemon

beforeEach(async () => {
  daemon = await startFakeDaemon()
  writeFileSync(join(daemon.home, 'network.policy'), 'permit(principal, action, resource);\n')
})
afterEach(() => daemon.close())

interface Outcome {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

async function peerage(words: readonly string[], given: Partial<Environment> = {}) {
  const environment: FakeEnvironment = fakeEnvironment({
    arguments: words,
    variables: { PEERAGE_HOME: daemon.home },
    cwd: daemon.home,
    ...given
  })
  const exit = await runCommandLine(environment)
  const outcome: Outcome = {
    exit,
    stdout: environment.stdout.text,
    stderr: environment.stderr.text
  }
  return outcome
}

function example(name: string): object {
  return methods.find((method) => method.name === name)?.examples[0]?.result ?? assert.fail(name)
}

interface Peers {
  readonly items: readonly object[]
}

/** A line for each command that calls the daemon, and what the daemon is asked. */
const CALLS: readonly (readonly [string, string, object])[] = [
  ['status', 'node.status', {}],
  ['config show', 'config.show', {}],
  ['reload', 'node.reload', {}],
  ['healthcheck', 'node.health', {}],
  ['metrics', 'node.metrics', {}],
  ['network show', 'network.show', {}],
  ['authority show', 'authority.show', {}],
  ['authority unlock --for 1h', 'authority.unlock', { forMs: 3_600_000 }],
  [
    'authority key taint c3c3c3c3 --dry-run --wait 5s --reason yearly',
    'key.taint',
    { key: 'c3c3c3c3', dryRun: true, waitMs: 5000, reason: 'yearly' }
  ],
  [
    'authority quorum set --member alice --member bob --threshold 2 --wait 5s',
    'authority.quorum',
    { members: ['alice', 'bob'], threshold: 2, dryRun: false, waitMs: 5000 }
  ],
  [
    'authority propose member-rm alice --reason left',
    'proposal.create',
    { member: 'alice', reason: 'left' }
  ],
  [
    'authority propose policy-set network.policy',
    'proposal.create',
    { policy: 'permit(principal, action, resource);\n' }
  ],
  ['policy show', 'policy.show', {}],
  [
    'policy set network.policy --dry-run --wait 5s --reason audit --idempotency-key k',
    'policy.set',
    {
      text: 'permit(principal, action, resource);\n',
      ...{ dryRun: true, waitMs: 5000, reason: 'audit', idempotencyKey: 'k' }
    }
  ],
  ['authority approve 9b1c0d2e', 'proposal.approve', { id: '9b1c0d2e', dryRun: false }],
  [
    'authority reject 9b1c0d2e --dry-run --reason no',
    'proposal.reject',
    { id: '9b1c0d2e', dryRun: true, reason: 'no' }
  ],
  ['authority ls --limit 5', 'proposal.list', { limit: 5 }],
  ['authority key activate', 'key.activate', { dryRun: false }],
  ['authority lock --reason weekend', 'authority.lock', { reason: 'weekend' }],
  [
    'invite create --member bob --node till --group a --group b --ttl 15m --reason new',
    'invite.create',
    { member: 'bob', node: 'till', groups: ['a', 'b'], ttlMs: 900_000, reason: 'new' }
  ],
  ['invite ls --limit 5 --cursor c', 'invite.list', { limit: 5, cursor: 'c' }],
  ['invite rm x1 --idempotency-key job-7', 'invite.revoke', { id: 'x1', idempotencyKey: 'job-7' }],
  ['member ls', 'member.list', {}],
  ['member show bob', 'member.show', { member: 'bob' }],
  [
    'member set bob --add-group ops --rm-group staff --attr site=oslo --rm-attr desk',
    'member.set',
    {
      member: 'bob',
      addGroups: ['ops'],
      removeGroups: ['staff'],
      setAttributes: { site: 'oslo' },
      removeAttributes: ['desk'],
      dryRun: false
    }
  ],
  [
    'member suspend bob --reason audit --dry-run',
    'member.suspend',
    { member: 'bob', reason: 'audit', dryRun: true }
  ],
  ['member resume bob', 'member.resume', { member: 'bob', dryRun: false }],
  [
    'member rm bob --idempotency-key k',
    'member.remove',
    { member: 'bob', dryRun: false, idempotencyKey: 'k' }
  ],
  ['peer ls --connected', 'peer.list', { connected: true }],
  ['peer show bob/till', 'peer.show', { peer: 'bob/till' }],
  [
    'peer connect till --address /ip4/127.0.0.1/tcp/4001',
    'peer.connect',
    { peer: 'till', address: '/ip4/127.0.0.1/tcp/4001' }
  ],
  ['peer disconnect till', 'peer.disconnect', { peer: 'till' }],
  ['peer ping till', 'peer.ping', { peer: 'till' }],
  ['peer diagnose till', 'peer.diagnose', { peer: 'till' }],
  [
    'peer diagnose till --kind version --for 10s',
    'peer.diagnose',
    { peer: 'till', kinds: ['version'], expiresInMs: 10_000 }
  ],
  [
    'peer ban bob --for 24h --reason scan --idempotency-key k',
    'peer.ban',
    { peer: 'bob', forMs: 86_400_000, reason: 'scan', idempotencyKey: 'k' }
  ],
  [
    'peer ban bob --until 2026-01-31',
    'peer.ban',
    { peer: 'bob', until: '2026-01-31T00:00:00.000Z' }
  ],
  ['peer allow bob', 'peer.allow', { peer: 'bob' }],
  ['peer unban bob --reason sorry', 'peer.unban', { peer: 'bob', reason: 'sorry' }],
  ['reputation ls', 'reputation.list', {}],
  ['reputation show bob', 'reputation.show', { peer: 'bob' }],
  ['reputation report ls --limit 5', 'report.list', { limit: 5 }],
  ['reputation report show 5e5e5e5e', 'report.show', { report: '5e5e5e5e' }],
  ['cert show', 'cert.show', {}],
  ['cert show till', 'cert.show', { node: 'till' }],
  ['cert ls', 'cert.list', {}],
  ['cert renew', 'cert.renew', {}],
  [
    'cert recover till --ttl 1h --wait 5s',
    'cert.recover',
    { node: 'till', dryRun: false, ttlMs: 3_600_000, waitMs: 5000 }
  ],
  [
    'cert revoke till --reason stolen',
    'cert.revoke',
    { by: 'node', value: 'till', dryRun: false, reason: 'stolen' }
  ],
  [
    'cert revoke --member bob --wait 5s',
    'cert.revoke',
    { by: 'member', value: 'bob', dryRun: false, waitMs: 5000 }
  ],
  [
    'cert revoke --member bob --wait 0s',
    'cert.revoke',
    { by: 'member', value: 'bob', dryRun: false, waitMs: 0 }
  ],
  ['trust acks 4', 'trust.acks', { index: 4 }],
  ['audit search --event peer --code TIMEOUT', 'audit.search', { event: 'peer', code: 'TIMEOUT' }],
  ['audit verify', 'audit.verify', {}],
  ['trust head', 'trust.head', {}],
  ['trust log --from 3', 'trust.entries', { from: 3 }],
  ['trust alarms --all --limit 5', 'trust.alarms', { all: true, limit: 5 }],
  [
    'trust resolve --switch --dry-run --reason fork',
    'trust.resolve',
    { choice: 'switch', dryRun: true, reason: 'fork' }
  ],
  ['trust sync', 'trust.sync', {}],
  ['trust acknowledge 3 --reason seen', 'trust.acknowledge', { id: 3, reason: 'seen' }],
  [
    'record put note greeting hello --expect-version 0',
    'record.put',
    { kind: 'note', name: 'greeting', text: 'hello', expectedVersion: 0 }
  ],
  [
    'record get note greeting --owner alice',
    'record.get',
    { kind: 'note', name: 'greeting', owner: 'alice' }
  ],
  ['kind ls --limit 5', 'kind.list', { limit: 5 }],
  ['kind show note', 'kind.show', { kind: 'note' }],
  [
    'kind define offer --model dictionary --writer group:a --writer group:b --reader network --max-bytes 9 --max-count 8 --lifetime 1h --versions 2 --copies 4 --quorum 3 --dry-run',
    'kind.define',
    {
      kind: 'offer',
      model: 'dictionary',
      writers: { by: 'groups', names: ['a', 'b'] },
      readers: { by: 'network' },
      valueBytesMax: 9,
      recordsMax: 8,
      lifetimeMs: 3_600_000,
      versionsKept: 2,
      copies: 4,
      quorum: 3,
      dryRun: true
    }
  ],
  [
    'kind define offer --writer node',
    'kind.define',
    { kind: 'offer', writers: { by: 'node' }, dryRun: false }
  ],
  [
    'kind retire offer --wait 5s --idempotency-key k',
    'kind.retire',
    { kind: 'offer', dryRun: false, waitMs: 5000, idempotencyKey: 'k' }
  ],
  [
    'record rm note greeting --expect-version 2 --reason old',
    'record.remove',
    { kind: 'note', name: 'greeting', expectedVersion: 2, reason: 'old' }
  ],
  [
    'record holders note greeting --owner alice',
    'record.holders',
    { kind: 'note', name: 'greeting', owner: 'alice' }
  ],
  ['record repair', 'record.repair', {}],
  ['record receipts note greeting', 'record.receipts', { kind: 'note', name: 'greeting' }],
  [
    'record history note greeting --owner alice',
    'record.history',
    { kind: 'note', name: 'greeting', owner: 'alice' }
  ],
  ['record ls --kind note', 'record.list', { kind: 'note' }],
  [
    'token create --method record.* --method peer.list --read-only --ttl 1h',
    'token.create',
    { methods: ['record.*', 'peer.list'], readsOnly: true, ttlMs: 3_600_000 }
  ],
  ['token ls', 'token.list', {}],
  [
    'token rm 00f1e2d3c4b5a697 --reason done',
    'token.revoke',
    { id: '00f1e2d3c4b5a697', reason: 'done' }
  ],
  ['rpc peer.list {"limit":5}', 'peer.list', { limit: 5 }]
]

describe('commands that call the daemon', () => {
  for (const [line, method, params] of CALLS) {
    test(`${line} calls ${method} and prints its result with --json`, async () => {
      const { exit, stdout, stderr } = await peerage([...line.split(' '), '--json'])
      assert.deepEqual({ exit, stderr }, { exit: 0, stderr: '' })
      assert.deepEqual(daemon.calls, [{ method, params }])
      assert.deepEqual(JSON.parse(stdout), example(method))
      assert.equal(stdout.indexOf('\n'), stdout.length - 1)
    })

    test(`${line} fits 12 lines for people`, async () => {
      const { exit, stdout } = await peerage(line.split(' '))
      assert.equal(exit, 0)
      const lines = stdout.trimEnd().split('\n')
      if (!line.startsWith('rpc')) assert.ok(lines.length <= 12, stdout)
      assert.doesNotMatch(stdout, /undefined|NaN|\[object/)
    })
  }

  test('every command with a method is in the table above', () => {
    const named = COMMAND_GROUPS.flatMap(({ commands }) => commands)
      .filter((spec) => spec.method !== undefined)
      .map((spec) => spec.name)
    const elsewhere = [
      'down',
      'wait ready',
      'cert verify',
      'audit export',
      'trust export',
      'trust import',
      'trust evidence',
      'cert crl',
      'record watch',
      'cert break-glass',
      'record export',
      'record import'
    ]
    const lines = CALLS.map(([line]) => line)
    const missing = named.filter(
      (name) => !elsewhere.includes(name) && !lines.some((line) => line.startsWith(name))
    )
    assert.deepEqual(missing, [])
  })
})

describe('[SR-USE-1] the status', () => {
  const item = (code: string) => ({ code, message: `${code} happened.`, remedy: `Mend ${code}.` })

  async function linesWith(codes: readonly string[]): Promise<string[]> {
    daemon.answer('node.status', { ...example('node.status'), attention: codes.map(item) })
    const { exit, stdout } = await peerage(['status'])
    assert.equal(exit, 0)
    return stdout.trimEnd().split('\n')
  }

  test('begins with what needs attention, each with its remedy', async () => {
    const lines = await linesWith(['A', 'B'])
    const first = ['✖ A  A happened.', '  fix: Mend A.', '✖ B  B happened.', '  fix: Mend B.']
    assert.deepEqual(lines.slice(0, 4), first)
    assert.match(lines[4] ?? '', /^✔ ready/)
    assert.match(lines.join('\n'), /network .*\n.*certificate/s)
  })

  test('never takes more than 12 lines, and says how many more there are', async () => {
    for (const codes of [['A'], ['A', 'B', 'C'], ['A', 'B', 'C', 'D', 'E']]) {
      const lines = await linesWith(codes)
      assert.ok(lines.length <= 12, lines.join('\n'))
      assert.match(lines.join('\n'), /^✔ ready.*\n {2}node .*\n(.*\n)*next: /m)
    }
    assert.ok(
      (await linesWith(['A', 'B', 'C', 'D', 'E'])).includes('  … 2 more (peerage status --json)')
    )
  })
})

describe('the form of a result', () => {
  test('a list ends with how to get the following page', async () => {
    daemon.answer('peer.list', { items: [], nextCursor: 'abc' })
    const { stdout } = await peerage(['peer', 'ls'])
    assert.equal(stdout, 'no other nodes yet\nnext: the same with --cursor abc\n')
  })

  const peer = (index: number, connected: boolean) => ({
    ...(example('peer.list') as Peers).items[0],
    node: `node-${index}`,
    connected
  })

  test('a list of peers fits a screen, however long their ids and reasons are', async () => {
    const far = {
      ...peer(1, false),
      member: 'engineering-oslo',
      addresses: [`/ip6/2001:db8:1234:5678:9abc:def0:1234:5678/tcp/65535/p2p/${'1'.repeat(52)}`],
      standingReason: 'r'.repeat(200)
    }
    daemon.answer('peer.list', { items: [peer(2, true), far], nextCursor: null })
    const { stdout } = await peerage(['peer', 'ls', '--connected'])
    for (const line of stdout.split('\n')) assert.ok(line.length <= 120, line)
    assert.match(stdout, /tcp\/65535$/m)
  })

  test('a long list fits 12 lines, and says how many more there are and how to see them', async () => {
    const items = Array.from({ length: 30 }, (_, i) => peer(i, true))
    daemon.answer('peer.list', { items, nextCursor: null })
    const cut = (await peerage(['peer', 'ls', '--connected'])).stdout.trimEnd().split('\n')
    assert.equal(cut.length, 12)
    assert.match(cut[9] ?? '', /^node-8 /)
    assert.equal(cut[10], '… 21 more (peerage peer ls --json)')
    daemon.answer('peer.list', { items, nextCursor: '30' })
    assert.match((await peerage(['peer', 'ls', '--connected'])).stdout, /… 21 or more \(/)
    const { stdout } = await peerage(['peer', 'ls', '--limit', '30'])
    assert.match(stdout, /node-29 /)
    assert.match(stdout, /next: the same with --cursor 30\n$/)
    assert.equal(JSON.parse((await peerage(['peer', 'ls', '--json'])).stdout).items.length, 30)
  })

  test('peers that are connected come first', async () => {
    const { stdout } = await peerage(['peer', 'ls'])
    assert.match(stdout, /connected/)
    assert.deepEqual(
      daemon.calls.map((call) => call.params),
      [{ connected: true }, { connected: false }]
    )
  })

  test('a member with many nodes and a revocation of many fit 12 lines', async () => {
    const shown = example('member.show') as { nodes: object[] }
    const nodes = Array.from({ length: 64 }, () => shown.nodes[0] ?? {})
    daemon.answer('member.show', { ...shown, nodes })
    const member = (await peerage(['member', 'show', 'bob'])).stdout.trimEnd().split('\n')
    assert.ok(member.length <= 12)
    assert.match(member.at(-2) ?? '', /^… \d+ more \(peerage member show alice --json\)$/)
    const revoked = example('cert.revoke') as { nodes: string[] }
    const ids = Array.from({ length: 64 }, () => revoked.nodes[0] ?? '')
    daemon.answer('cert.revoke', { ...revoked, nodes: ids })
    const { stdout } = await peerage(['cert', 'revoke', '--member', 'bob'])
    assert.ok(stdout.trimEnd().split('\n').length <= 12)
    assert.match(stdout, /… 60 more/)
  })

  test('--quiet prints ids alone', async () => {
    const { stdout } = await peerage(['peer', 'ls', '--quiet'])
    assert.match(stdout, /^(12D3KooW\w+\n)+$/)
  })

  test('a kind that cannot be is refused before the daemon is asked', async () => {
    for (const more of [
      ['--writer', 'everybody'],
      ['--writer', 'owner', '--writer', 'node'],
      ['--writer', 'group:a', '--writer', 'member:b'],
      ['--reader', 'owner'],
      ['--model', 'list']
    ]) {
      const { exit, stderr } = await peerage(['kind', 'define', 'offer', ...more])
      assert.equal(exit, 2, more.join(' '))
      assert.match(stderr, /USAGE/)
    }
    assert.deepEqual(daemon.calls, [])
  })

  test('a dictionary that is asked for without an owner is read as a whole', async () => {
    daemon.answer('record.get', new PeerageError('RECORD_OWNER_NEEDED', { model: 'dictionary' }))
    const { stdout, exit } = await peerage(['record', 'get', 'offer', 'coffee'])
    assert.equal(exit, 0)
    assert.match(stdout, /^OWNER .*\nalice +1 +1 min 30 s +hello\n/)
  })

  test('the text of a record is printed as it is into a pipe and made harmless on a terminal', async () => {
    daemon.answer('record.get', { ...example('record.get'), text: 'a\u001b[2J\nb' })
    const words = ['record', 'get', 'note', 'n']
    assert.equal((await peerage(words)).stdout, 'a\u001b[2J\nb\n')
    const terminal = await peerage(words, { stdout: new Screen(true) })
    assert.equal(terminal.stdout, 'a\\u{1b}[2J\nb\n')
  })

  test('a record that is no text is printed as base64url, and written as bytes with --out', async () => {
    const { text: _, ...record } = { text: '', ...example('record.get'), value: '_-8' }
    daemon.answer('record.get', record)
    assert.equal((await peerage(['record', 'get', 'note', 'n'])).stdout, '_-8\n')
    const { exit } = await peerage(['record', 'get', 'note', 'n', '--out', 'value'])
    assert.equal(exit, 0)
    assert.deepEqual([...readFileSync(join(daemon.home, 'value'))], [0xff, 0xef])
  })

  test('a value can come from a file and from standard input', async () => {
    writeFileSync(join(daemon.home, 'in'), new Uint8Array([0xff, 0xef]))
    await peerage(['record', 'put', 'note', 'n', '--file', 'in'])
    await peerage(['record', 'put', 'note', 'n', '-'], { stdin: new Keyboard(['hi']) })
    const params = { kind: 'note', name: 'n' }
    assert.deepEqual(
      daemon.calls.map((call) => call.params),
      [
        { ...params, value: '_-8' },
        { ...params, value: 'aGk' }
      ]
    )
  })

  test('no value, or two, is USAGE', async () => {
    for (const more of [[], ['x', '--file', 'in']]) {
      const { exit, stderr } = await peerage(['record', 'put', 'note', 'n', ...more])
      assert.equal(exit, 2)
      assert.match(stderr, /USAGE/)
    }
    assert.deepEqual(daemon.calls, [])
  })
})

describe('invite create', () => {
  const CREATE = ['invite', 'create', '--member', 'bob', '--node', 'till']

  test('[SR-USE-1] shows the invite once, that it is a secret, its end, and what to do with it', async () => {
    const { invite, expiresAt } = example('invite.create') as Record<string, string>
    const { stdout, stderr } = await peerage(CREATE)
    assert.equal(stdout.split(String(invite)).length, 2)
    assert.match(stdout, /one-use secret/)
    assert.ok(stdout.includes(String(expiresAt)))
    assert.match(stdout, /peerage join .*--invite-file/)
    assert.equal(stderr, '')
  })

  test('[SR-CONF-3] --out writes it to a new file of mode 0600 and prints it nowhere', async () => {
    const { invite } = example('invite.create') as Record<string, string>
    for (const form of [[], ['--json'], ['--quiet']]) {
      const name = `invite${form}`
      const { stdout } = await peerage([...CREATE, '--out', name, ...form])
      assert.ok(!stdout.includes(String(invite)))
      const path = join(daemon.home, name)
      assert.equal(statSync(path).mode & 0o777, 0o600)
      assert.equal(readFileSync(path, 'utf8'), `${invite}\n`)
    }
  })

  test('a file that exists is not touched, and no invite is made for it', async () => {
    writeFileSync(join(daemon.home, 'taken'), 'mine')
    const { exit, stderr } = await peerage([...CREATE, '--out', 'taken'])
    assert.equal(exit, 2)
    assert.match(stderr, /INVALID_ARGUMENT/)
    assert.equal(readFileSync(join(daemon.home, 'taken'), 'utf8'), 'mine')
    assert.deepEqual(daemon.calls, [])
  })

  test('when the authority refuses, no empty file stays', async () => {
    daemon.answer('invite.create', new PeerageError('AUTHORITY_ABSENT'))
    const { exit } = await peerage([...CREATE, '--out', 'new'])
    assert.equal(exit, 4)
    assert.throws(() => statSync(join(daemon.home, 'new')), { code: 'ENOENT' })
  })
})

describe('[SR-CTL-1] a token on the command line', () => {
  const token = rpcAuthenticate.examples[0]?.params.token ?? assert.fail()

  test('is shown before the first call where a file with it was given', async () => {
    writeFileSync(join(daemon.home, 'app.token'), `${token}\n`)
    const { exit } = await peerage(['peer', 'ls', '--connected', '--token-file', 'app.token'])
    assert.equal(exit, 0)
    assert.deepEqual(daemon.calls, [
      { method: 'rpc.authenticate', params: { token } },
      { method: 'peer.list', params: { connected: true } }
    ])
  })

  test('that the node refuses, or that cannot be read, runs nothing', async () => {
    writeFileSync(join(daemon.home, 'app.token'), token)
    daemon.answer('rpc.authenticate', new PeerageError('TOKEN_EXPIRED'))
    const { exit, stderr } = await peerage(['status', '--token-file', 'app.token'])
    assert.equal(exit, 4)
    assert.match(stderr, /TOKEN_EXPIRED/)
    const called = daemon.calls.length
    assert.equal((await peerage(['status', '--token-file', 'nowhere'])).exit, 2)
    assert.deepEqual(daemon.calls.slice(called), [])
  })

  test('itself is refused without being repeated', async () => {
    for (const words of [
      ['status', '--token', token],
      ['token', 'restrict', token]
    ]) {
      const { exit, stdout, stderr } = await peerage(words)
      assert.equal(exit, 2)
      assert.ok(!(stdout + stderr).includes(token.slice(-20)))
    }
  })

  test('is narrowed without the daemon, into a new file or to the terminal', async () => {
    writeFileSync(join(daemon.home, 'app.token'), token)
    const words = ['token', 'restrict', 'app.token', '--read-only', '--ttl', '1h']
    const shown = await peerage([...words, '--quiet'])
    const narrowed = parseToken(shown.stdout.trim())
    assert.ok(narrowed.ok)
    assert.deepEqual(Object.keys(narrowed.value.caveats[1] ?? {}), ['access', 'notAfter'])
    const { stdout } = await peerage([...words, '--out', 'guest.token'])
    assert.ok(!stdout.includes('peerage-token1:'))
    assert.equal(statSync(join(daemon.home, 'guest.token')).mode & 0o777, 0o600)
    assert.deepEqual(daemon.calls, [])
  })

  test('that would not be narrowed, or by no method, is refused', async () => {
    writeFileSync(join(daemon.home, 'app.token'), token)
    assert.equal((await peerage(['token', 'restrict', 'app.token'])).exit, 2)
    assert.equal((await peerage(['token', 'restrict', 'app.token', '--method', 'X'])).exit, 2)
  })
})

describe('refusals of the daemon', () => {
  test('[SR-USE-1] show code, cause and remedy, and give the exit code of the table', async () => {
    daemon.answer(
      'peer.connect',
      new PeerageError('ADMISSION_REFUSED_BY_PEER', { reason: 'CERTIFICATE_REVOKED' })
    )
    const { exit, stdout, stderr } = await peerage(['peer', 'connect', 'till'])
    assert.deepEqual({ exit, stdout }, { exit: 4, stdout: '' })
    assert.equal(
      stderr,
      [
        '✖ ADMISSION_REFUSED_BY_PEER  The peer refused this node: CERTIFICATE_REVOKED.',
        '  fix: Ask the authority why; only a new invite brings the node back.',
        ''
      ].join('\n')
    )
  })

  test('with --json they are one object on standard output', async () => {
    daemon.answer('record.get', new PeerageError('RECORD_NOT_FOUND', { name: 'n' }))
    const { exit, stdout, stderr } = await peerage(['record', 'get', 'note', 'n', '--json'])
    assert.deepEqual({ exit, stderr }, { exit: 5, stderr: '' })
    const { error } = JSON.parse(stdout)
    assert.deepEqual(Object.keys(error), [
      'code',
      'message',
      'layer',
      'hint',
      'retryable',
      'details'
    ])
    assert.deepEqual(
      [error.code, error.layer, error.details],
      ['RECORD_NOT_FOUND', 'record', { name: 'n' }]
    )
  })

  test('an argument that the daemon refuses is named', async () => {
    const { exit, stderr } = await peerage(['member', 'show', 'Not A Name'])
    assert.equal(exit, 2)
    assert.match(stderr, /INVALID_ARGUMENT/)
    assert.match(stderr, /member/)
  })

  test('an unknown method and parameters that are no JSON object are refused', async () => {
    assert.equal((await peerage(['rpc', 'node.dance'])).exit, 2)
    const { exit, stderr } = await peerage(['rpc', 'peer.list', '{hunter2'])
    assert.equal(exit, 2)
    assert.doesNotMatch(stderr, /hunter2/)
  })
})

describe('cert verify', () => {
  test('a certificate that is refused gives its code, its remedy and exit code 7', async () => {
    writeFileSync(join(daemon.home, 'leaf.der'), new Uint8Array([0x30, 0x80]))
    const { exit, stdout } = await peerage(['cert', 'verify', 'leaf.der'])
    assert.equal(exit, 7)
    assert.match(stdout, /^✖ CERTIFICATE_MALFORMED {2}.*\n.*fix: /)
    assert.deepEqual(daemon.calls[0]?.params, { certificate: 'MIA' })
  })

  test('a PEM file is sent as PEM', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
    daemon.answer('cert.verify', { valid: true })
    const { exit } = await peerage(['cert', 'verify', '-'], { stdin: new Keyboard([pem]) })
    assert.equal(exit, 0)
    assert.deepEqual(daemon.calls[0]?.params, { pem })
  })

  test('a file that cannot be read is INVALID_ARGUMENT', async () => {
    const { exit, stderr } = await peerage(['cert', 'verify', 'none.pem'])
    assert.equal(exit, 2)
    assert.match(stderr, /INVALID_ARGUMENT.*\n.*none\.pem/)
  })
})

describe('waiting for the daemon', () => {
  test('wait ready asks for the state and the peers', async () => {
    const { exit, stdout } = await peerage(['wait', 'ready', '--peers', '2', '--timeout', '5s'])
    assert.equal(exit, 0)
    assert.match(stdout, /^✔ ready/)
    assert.deepEqual(daemon.calls, [
      { method: 'node.wait', params: { peers: 2, timeoutMs: 5_000 } }
    ])
  })

  test('wait ready keeps looking for a daemon that comes later, and asks in whole milliseconds', async () => {
    daemon.answer('node.wait', new PeerageError('NOT_READY'))
    const environment = fakeEnvironment({
      arguments: ['wait', 'ready', '--timeout', '5s'],
      variables: { PEERAGE_HOME: daemon.home }
    })
    const waiting = runCommandLine(environment)
    while (daemon.calls.length === 0) await new Promise(setImmediate)
    daemon.answer('node.wait', example('node.wait'))
    while (daemon.calls.length === 1) {
      environment.clock.advance(0.7)
      await new Promise(setImmediate)
    }
    assert.equal(await waiting, 0)
    const { timeoutMs } = (daemon.calls[1]?.params ?? {}) as { timeoutMs?: number }
    assert.ok(Number.isInteger(timeoutMs) && Number(timeoutMs) < 5_000)
  })

  test('down returns only when the daemon has let go of its home', async () => {
    let looked = 0
    const environment = fakeEnvironment({
      arguments: ['down'],
      variables: { PEERAGE_HOME: daemon.home }
    })
    environment.daemonSide.isHomeInUse = async () => ++looked < 3
    let isBack = false
    const back = runCommandLine(environment).finally(() => {
      isBack = true
    })
    for (const turn of [1, 2]) {
      while (looked < turn) await new Promise(setImmediate)
      assert.equal(isBack, false)
      environment.clock.advance(50)
    }
    assert.equal(await back, 0)
    assert.equal(looked, 3)
  })

  test('down gives up with TIMEOUT on a daemon that keeps its home', async () => {
    const environment = fakeEnvironment({
      arguments: ['down', '--timeout', '1s'],
      variables: { PEERAGE_HOME: daemon.home }
    })
    const looked = Promise.withResolvers<void>()
    environment.daemonSide.isHomeInUse = async () => {
      looked.resolve()
      return true
    }
    const back = runCommandLine(environment)
    await looked.promise
    environment.clock.advance(1000)
    assert.equal(await back, 8)
  })

  test('down returns when the daemon has closed the connection', async () => {
    const { exit, stdout } = await peerage(['down'])
    assert.equal(exit, 0)
    assert.match(stdout, /^✔ the node has stopped/)
    assert.deepEqual(
      daemon.calls.map(({ method }) => method),
      ['events.subscribe', 'node.stop']
    )
  })
})
