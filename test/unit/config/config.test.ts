import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderConfiguration } from '../../../scripts/docs/configuration.ts'
import { parseConfig } from '../../../src/config/load.ts'
import { configSchema, viewAges } from '../../../src/config/schema.ts'
import { formatConfig, listSettings } from '../../../src/config/settings.ts'
import { PeerageError } from '../../../src/errors.ts'

const NAMES = Object.keys(configSchema.shape)

describe('a configuration file', () => {
  test('that was just written says what can be set and means the defaults', () => {
    const text = formatConfig({})
    assert.deepEqual(parseConfig(text), configSchema.parse({}))
    for (const name of NAMES) assert.match(text, new RegExp(`^#${name} = `, 'm'))
  })

  test('has the settings that were given as lines, not as comments', () => {
    const listen = ['/ip4/127.0.0.1/tcp/4001']
    const text = formatConfig({ listen })
    assert.deepEqual(parseConfig(text), { ...configSchema.parse({}), listen })
    assert.doesNotMatch(text, /^#listen/m)
  })

  test('every comment of it is a setting that may be switched on as it stands', () => {
    const text = formatConfig({}).replace(/^#(?=\w)/gm, '')
    const given = parseConfig(text)
    assert.deepEqual(Object.keys(given).sort(), [...NAMES].sort())
  })

  test('the ages of a view are durations between bounds, the longer one not the shorter', () => {
    const ages = viewAges(parseConfig('admission_view_age = "12h"\nsession_view_age = "2d"'))
    assert.deepEqual(ages, { admissionMs: 43_200_000, sessionMs: 172_800_000 })
    for (const age of ['1m', '400d', '12', 'soon']) {
      assert.throws(() => parseConfig(`admission_view_age = "${age}"`), { code: 'CONFIG_INVALID' })
    }
    const reversed = 'admission_view_age = "2d"\nsession_view_age = "1d"'
    assert.throws(() => parseConfig(reversed), { code: 'CONFIG_INVALID' })
  })

  test('with unknown settings or wrong values is refused with all faults at once', () => {
    assert.throws(
      () => parseConfig('listne = []\nlog_level = "loud"\nlisten = ["/dns4/a/tcp/1"]'),
      (error) => {
        assert.ok(error instanceof PeerageError)
        assert.equal(error.code, 'CONFIG_INVALID')
        const { issues } = error.details as { issues: { path: string; message: string }[] }
        assert.deepEqual(
          new Map(issues.map(({ path, message }) => [path, message])),
          new Map([
            ['listen.0 (line 3)', 'expected a TCP multiaddr such as /ip4/0.0.0.0/tcp/4001'],
            ['log_level (line 2)', issues.find(({ path }) => path.startsWith('log'))?.message],
            ['listne (line 1)', 'there is no such setting; did you mean listen?']
          ])
        )
        return true
      }
    )
    assert.throws(() => parseConfig('listen = ['), { code: 'CONFIG_INVALID' })
  })
})

test('the reference of the configuration names every setting with what it does', () => {
  const text = renderConfiguration()
  for (const { name, description } of listSettings()) {
    assert.notEqual(description, '', name)
    assert.ok(text.includes(`| \`${name}\` |`), name)
    assert.ok(text.includes(`${description} |`), name)
  }
  assert.doesNotMatch(text, /undefined|\[object/)
})
