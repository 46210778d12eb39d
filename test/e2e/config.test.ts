import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Daemon, type Json, json, refused, run, Sandbox } from './support.ts'

describe('the configuration of a node', { timeout: 60_000 }, () => {
  const sandbox = new Sandbox()
  let daemon: Daemon
  const home = sandbox.path('hub')
  const file = join(home, 'peerage.toml')
  const originOf = (view: Json, name: string) =>
    view.settings.find((setting: Json) => setting.name === name).origin
  before(async () => {
    await sandbox.create('hub')
    const variables = { PEERAGE_SESSION_VIEW_AGE: '40d' }
    daemon = await sandbox.up('hub', ['--log-level', 'warn'], { variables })
  })
  after(() => sandbox.end())

  test('config show says of the running node what has given each setting', async () => {
    const view = await json(['config', 'show'], { home })
    assert.equal(view.file, file)
    assert.deepEqual(
      ['log_level', 'session_view_age', 'listen', 'announce'].map((name) => originOf(view, name)),
      ['flag', 'environment', 'file', 'default']
    )
    const { stdout } = await run(['config', 'show'], { home })
    assert.match(stdout, /session_view_age +40d +PEERAGE_SESSION_VIEW_AGE/)
    assert.ok(stdout.trimEnd().split('\n').length <= 12, stdout)
  })

  test('config set keeps the comments, and reload applies what can change while it runs', async () => {
    const comments = (text: string) => text.split('\n').filter((line) => line.startsWith('# '))
    const before = comments(readFileSync(file, 'utf8'))
    await json(['config', 'set', 'admission_view_age', '6h'], { home })
    await json(['config', 'set', 'grace_days', '2'], { home })
    assert.deepEqual(comments(readFileSync(file, 'utf8')), before)
    assert.equal((await json(['config', 'get', 'admission_view_age'], { home })).value, '14d')

    const reloaded = await json(['reload'], { home })
    assert.deepEqual(reloaded, { applied: ['admission_view_age'], later: ['grace_days'] })
    assert.equal((await json(['config', 'get', 'admission_view_age'], { home })).value, '6h')
    assert.equal((await json(['config', 'get', 'grace_days'], { home })).value, 0)
    const { freshness } = (await daemon.call('node.status')).trust
    assert.equal(freshness.admissionMaxAgeMs, 6 * 3_600_000)
    assert.match((await run(['config', 'get', 'admission_view_age'], { home })).stdout, /^6h\n$/)
  })

  test('config unset gives a setting its default again', async () => {
    const unset = await json(['config', 'unset', 'admission_view_age'], { home })
    assert.deepEqual([unset.wasSet, unset.default, unset.reload], [true, '14d', true])
    await json(['reload'], { home })
    assert.equal((await json(['config', 'get', 'admission_view_age'], { home })).value, '14d')
    const again = await json(['config', 'unset', 'admission_view_age'], { home })
    assert.equal(again.wasSet, false)
    await refused('NOT_FOUND', ['config', 'unset', 'listne'], { home })
    await json(['config', 'set', 'admission_view_age', '6h'], { home })
    await json(['reload'], { home })
  })

  test('a value that a start would refuse is not written, and not reloaded', async () => {
    const text = readFileSync(file, 'utf8')
    await refused('CONFIG_INVALID', ['config', 'set', 'log_level', 'loud'], { home })
    await refused('CONFIG_INVALID', ['config', 'set', 'grace_days', ''], { home })
    await refused('CONFIG_INVALID', ['config', 'set', 'admission_view_age', '300d'], { home })
    const unknown = await refused('NOT_FOUND', ['config', 'set', 'listne', 'x'], { home })
    assert.match(unknown.message, /did you mean listen/)
    assert.equal(readFileSync(file, 'utf8'), text)

    writeFileSync(file, 'log_levle = "debug"\n')
    await refused('CONFIG_INVALID', ['reload'], { home })
    const error = await refused('CONFIG_INVALID', ['config', 'check'], { home })
    assert.match(JSON.stringify(error), /log_levle \(line 1\).*did you mean log_level/)
    writeFileSync(file, text)
    assert.equal((await json(['config', 'check'], { home })).valid, true)
  })

  test('SIGHUP reloads a node without a terminal and never ends it', async () => {
    const subject = daemon.event('config.reloaded')
    await json(['config', 'set', 'admission_view_age', '8h'], { home })
    daemon.child.kill('SIGHUP')
    assert.deepEqual((await subject).data, {
      applied: ['admission_view_age'],
      later: ['grace_days']
    })
  })

  test('an empty variable, a wrong one and an unknown file are refused before anything runs', async () => {
    for (const words of [['up'], ['config', 'check']]) {
      const other = sandbox.path('other')
      await json(['network', 'create', 'other', '--node', 'o'], { home: other }).catch(() => {})
      const init = (variables: Record<string, string>) => ({ home: other, variables })
      const empty = await refused('ENVIRONMENT_EMPTY', words, init({ PEERAGE_LOG_LEVEL: '' }))
      assert.equal(empty.details.variable, 'PEERAGE_LOG_LEVEL')
      await refused('CONFIG_INVALID', words, init({ PEERAGE_LISTEN: 'everywhere' }))
    }
    await refused('INVALID_ARGUMENT', ['config', 'check', '/nonexistent/x.toml'])
    const wrong = sandbox.file('wrong.toml', 'grace_days = "x"\nlog_level = 3\n')
    const { details } = await refused('CONFIG_INVALID', ['config', 'check', wrong])
    assert.equal(details.issues.length, 2)
    assert.match((await run(['config', 'path'], { home })).stdout, /hub\/peerage\.toml\n$/)
  })
})
