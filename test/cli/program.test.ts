import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { commandHelp, overview } from '../../src/cli/help-text.ts'
import { type Invocation, parseCommandLine } from '../../src/cli/program.ts'
import { COMMAND_GROUPS } from '../../src/cli/tree/index.ts'
import { GLOBAL_OPTIONS } from '../../src/cli/tree/options.ts'
import { PeerageError } from '../../src/errors.ts'

const SPECS = COMMAND_GROUPS.flatMap((group) => group.commands)

function parse(line: string): Invocation {
  const parsed = parseCommandLine(COMMAND_GROUPS, line.split(' '))
  assert.ok('spec' in parsed)
  return parsed
}

function refused(line: string): PeerageError {
  try {
    parseCommandLine(COMMAND_GROUPS, line.split(' '))
  } catch (error) {
    assert.ok(error instanceof PeerageError)
    return error
  }
  return assert.fail('was accepted')
}

describe('parsing a command line', () => {
  const LINES = [
    '--json --home /h --timeout 5s peer ls',
    'peer --json --home /h ls --timeout 5s',
    'peer ls --timeout 5s --home=/h --json'
  ]
  for (const line of LINES) {
    test(`global options count at any position: ${line}`, () => {
      const { spec, globals } = parse(line)
      assert.equal(spec.name, 'peer ls')
      const expected = { home: '/h', timeout: '5s', json: true, quiet: false, color: true }
      assert.deepEqual(globals, expected)
    })
  }

  test('aliases are where people expect them', () => {
    for (const line of ['peer list', 'invite list', 'member list', 'cert list', 'record list']) {
      assert.equal(parse(line).spec.name, line.replace('list', 'ls'))
    }
    assert.equal(parse('invite remove x').spec.name, 'invite rm')
  })

  test('repeated options are collected in order', () => {
    const { input } = parse('invite create --member bob --node till --group a --group b')
    assert.deepEqual(input.texts('group'), ['a', 'b'])
    assert.equal(input.required('member'), 'bob')
    assert.equal(input.text('ttl'), undefined)
  })

  test('a dash is a value, and after -- everything is', () => {
    assert.equal(parse('record put note n -').input.argument('value'), '-')
    const { input, globals } = parse('record put note n -- --json')
    assert.equal(input.argument('value'), '--json')
    assert.equal(globals.json, false)
  })

  test('a number or duration in another form is INVALID_ARGUMENT', () => {
    const { input } = parse('invite create --member a --node b --ttl soon')
    assert.throws(() => input.duration('ttl'), { code: 'INVALID_ARGUMENT' })
    const list = parse('peer ls --limit 1e3').input
    assert.throws(() => list.integer('limit'), { code: 'INVALID_ARGUMENT' })
  })
})

describe('[SR-USE-1] a command line that cannot be meant is USAGE and names the remedy', () => {
  const CASES = [
    ['stauts', /unknown command 'stauts'/, /status/],
    ['peer lst', /unknown command 'lst'/, /ls/],
    ['peer', /peer needs a verb: ls, show/, /peerage help peer/],
    ['peer ls --conected', /unknown option '--conected'/, /--connected/],
    ['peer show', /missing required argument 'peer'/, /^See: peerage help peer show$/],
    [
      'invite create --member bob',
      /'--node <NODE>' not specified/,
      /^See: peerage help invite create$/
    ],
    ['up --home', /argument missing/, /help/],
    ['up now', /more words/, /peerage help up/]
  ] as const
  for (const [line, reason, remedy] of CASES) {
    test(line, () => {
      const { code, details } = refused(line)
      assert.equal(code, 'USAGE')
      assert.match(String(details['reason']), reason)
      assert.match(String(details['suggestion'] ?? 'See: peerage help'), remedy)
    })
  }

  test('[SR-CONF-3] words in the wrong place are not repeated, they may be secrets', () => {
    for (const line of ['join hunter2', 'up --ask-passphrase hunter2', 'up --pasphrase=hunter2']) {
      assert.doesNotMatch(JSON.stringify(refused(line).details), /hunter2/)
    }
  })
})

describe('help', () => {
  test('the overview fits 12 lines of 120 characters and names every command', () => {
    const lines = overview(COMMAND_GROUPS, GLOBAL_OPTIONS)
    assert.ok(lines.length <= 12)
    for (const line of lines) assert.ok(line.length <= 120, `${line.length}: ${line}`)
    for (const { name } of SPECS) {
      for (const word of name.split(' '))
        assert.match(lines.join('\n'), new RegExp(`\\b${word}\\b`))
    }
  })

  test('the help of every command fits 12 lines and has an example that can be parsed', () => {
    for (const spec of SPECS) {
      const lines = commandHelp(spec)
      assert.ok(lines.length <= 12, `${spec.name}: ${lines.length} lines`)
      assert.ok(spec.examples.length > 0)
    }
  })

  test('--help is answered at every level', () => {
    for (const line of ['--help', 'peer --help', 'peer ls --help', 'network create --help']) {
      assert.ok('help' in parseCommandLine(COMMAND_GROUPS, line.split(' ')))
    }
    assert.ok('help' in parseCommandLine(COMMAND_GROUPS, []))
  })
})
