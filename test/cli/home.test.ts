import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { locateHome } from '../../src/cli/home.ts'

const PLACE = { cwd: '/work', userHome: '/users/me' }

describe('the home of a command line', () => {
  const CASES = [
    ['by default in the directory of the user', {}, undefined, '/users/me/.peerage'],
    ['by PEERAGE_HOME', { PEERAGE_HOME: '/h' }, undefined, '/h'],
    ['--home goes before PEERAGE_HOME', { PEERAGE_HOME: '/h' }, '/o', '/o'],
    ['relative to the working directory', {}, 'here', '/work/here'],
    ['an empty variable counts as absent', { PEERAGE_HOME: '' }, undefined, '/users/me/.peerage']
  ] as const
  for (const [name, variables, option, directory] of CASES) {
    test(name, () => {
      const home = locateHome({ ...PLACE, variables }, option)
      assert.equal(home.directory, directory)
      assert.equal(home.controlSocket, `${directory}/control.sock`)
    })
  }

  test('[SR-CTL-1] PEERAGE_SOCKET names another socket, --home goes before it', () => {
    const variables = { PEERAGE_SOCKET: 'run/observe.sock' }
    const home = locateHome({ ...PLACE, variables }, undefined)
    assert.equal(home.controlSocket, '/work/run/observe.sock')
    assert.equal(locateHome({ ...PLACE, variables }, '/h').controlSocket, '/h/control.sock')
  })

  test('a path too long for a socket is SOCKET_PATH_TOO_LONG', () => {
    const option = `/${'x'.repeat(120)}`
    assert.throws(() => locateHome({ ...PLACE, variables: {} }, option), {
      code: 'SOCKET_PATH_TOO_LONG'
    })
  })
})
