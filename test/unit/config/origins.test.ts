import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { withoutSetting, withSetting } from '../../../src/config/edit.ts'
import { variableOf } from '../../../src/config/environment.ts'
import { parseConfig, resolveConfig } from '../../../src/config/load.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { formatConfig, listSettings } from '../../../src/config/settings.ts'
import { PeerageError } from '../../../src/errors.ts'

const NAMES = Object.keys(configSchema.shape)

describe('a setting', () => {
  const text = 'log_level = "error"\ngrace_days = 3'
  const variables = { PEERAGE_LOG_LEVEL: 'warn', PEERAGE_AUTO_SUSPEND: 'true' }

  test('comes from flag, else environment, else file, else default', () => {
    const flags = { log_level: 'debug' } as const
    const { config, origins } = resolveConfig({ text, variables, flags })
    assert.deepEqual(
      [config.log_level, config.auto_suspend, config.grace_days, config.announce],
      ['debug', true, 3, []]
    )
    assert.deepEqual(
      [origins.log_level, origins.auto_suspend, origins.grace_days, origins.announce],
      ['flag', 'environment', 'file', 'default']
    )
    assert.equal(resolveConfig({ text, variables }).config.log_level, 'warn')
    assert.equal(resolveConfig({ text, flags: { log_level: undefined } }).config.log_level, 'error')
  })

  test('of the environment is a list with commas, a word, a number or true and false', () => {
    const { config } = resolveConfig({
      variables: {
        PEERAGE_LISTEN: '/ip4/127.0.0.1/tcp/1, /ip6/::1/tcp/2',
        PEERAGE_GRACE_DAYS: '7',
        PEERAGE_OBSERVE_SOCKET: '/run/o.sock'
      }
    })
    assert.deepEqual(config.listen, ['/ip4/127.0.0.1/tcp/1', '/ip6/::1/tcp/2'])
    assert.deepEqual([config.grace_days, config.observe_socket], [7, '/run/o.sock'])
  })

  for (const name of NAMES) {
    test(`${variableOf(name)} that is empty is refused as ENVIRONMENT_EMPTY`, () => {
      for (const empty of ['', '  ']) {
        assert.throws(() => resolveConfig({ variables: { [variableOf(name)]: empty } }), {
          code: 'ENVIRONMENT_EMPTY',
          details: { variable: variableOf(name) }
        })
      }
    })
  }

  test('that is wrong is refused with the place where an operator corrects it', () => {
    const places = (input: Parameters<typeof resolveConfig>[0]): string[] => {
      try {
        resolveConfig(input)
      } catch (error) {
        assert.ok(error instanceof PeerageError && error.code === 'CONFIG_INVALID')
        return (error.details['issues'] as { path: string }[]).map(({ path }) => path)
      }
      return []
    }
    assert.deepEqual(places({ variables: { PEERAGE_GRACE_DAYS: 'many' } }), ['PEERAGE_GRACE_DAYS'])
    assert.deepEqual(places({ variables: { PEERAGE_AUTO_SUSPEND: 'yes' } }), [
      'PEERAGE_AUTO_SUSPEND'
    ])
    assert.deepEqual(places({ text: '\ngrace_days = "x"' }), ['grace_days (line 2)'])
    assert.deepEqual(places({ variables: { PEERAGE_SESSION_VIEW_AGE: '1h' } }), [
      'PEERAGE_SESSION_VIEW_AGE'
    ])
  })

  test('that is no setting of Peerage may be in the environment: others put things there, too', () => {
    const { origins } = resolveConfig({ variables: { PEERAGE_SERVICE_HOST: '', PEERAGE_HOME: '' } })
    assert.ok(Object.values(origins).every((origin) => origin === 'default'))
  })
})

describe('a change of the file', () => {
  const cases: readonly (readonly [what: string, text: string, expected: string])[] = [
    [
      'takes the place of a line',
      '# why\ngrace_days = 1\n# end\n',
      '# why\ngrace_days = 5\n# end\n'
    ],
    [
      'takes the place of the comment with the default',
      '# d\n#grace_days = 0\n',
      '# d\ngrace_days = 5\n'
    ],
    ['comes last where there is none', '# only words', '# only words\ngrace_days = 5\n'],
    ['begins an empty file', '', 'grace_days = 5\n']
  ]
  for (const [what, text, expected] of cases) {
    test(`${what}, and nothing else is touched`, () => {
      assert.equal(withSetting(text, 'grace_days', 5), expected)
    })
  }

  test('replaces a list that goes over several lines as a whole', () => {
    const text =
      '# a\nlisten = [\n  "/ip4/1.2.3.4/tcp/1", # one ]\n  "/ip4/1.2.3.4/tcp/2"\n]\n# z\n'
    const changed = withSetting(text, 'listen', ['/ip4/127.0.0.1/tcp/9'])
    assert.equal(changed, '# a\nlisten = [ "/ip4/127.0.0.1/tcp/9" ]\n# z\n')
  })

  test('is taken out as a whole, and the comment with its default is back', () => {
    const fresh = formatConfig({})
    for (const { name, line } of listSettings()) {
      assert.equal(withoutSetting(fresh, name, line), fresh, name)
      const set = withSetting(fresh, name, 'x')
      assert.notEqual(set, fresh)
      assert.equal(withoutSetting(set, name, line), fresh, name)
    }
    const list = 'a = 1\nlisten = [\n  "x",\n  "y"\n]\nb = 2\n'
    assert.equal(withoutSetting(list, 'listen', 'listen = []'), 'a = 1\n#listen = []\nb = 2\n')
  })

  test('of every setting in a fresh file gives a file with that setting', () => {
    const defaults = configSchema.parse({}) as Readonly<Record<string, unknown>>
    for (const name of NAMES) {
      const value = defaults[name] ?? '127.0.0.1:1'
      const text = withSetting(formatConfig({}), name, value)
      assert.ok(text.includes(`\n${name} = `), name)
      const given = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
      assert.equal(given.length, 1, name)
      if (defaults[name] !== undefined) parseConfig(text)
    }
  })
})

test('config/peerage.example.toml has every setting and means the defaults', () => {
  const text = readFileSync(
    join(import.meta.dirname, '../../../config/peerage.example.toml'),
    'utf8'
  )
  assert.deepEqual(parseConfig(text), configSchema.parse({}))
  for (const name of NAMES) assert.match(text, new RegExp(`^#${name} = `, 'm'))
})
