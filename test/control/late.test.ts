import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createEventHub } from '../../src/control/events.ts'
import { LateDispatcher } from '../../src/control/late-dispatcher.ts'
import type { NodeApi } from '../../src/control/node-api.ts'
import { Restrictions } from '../../src/control/restrictions.ts'
import type { Caller } from '../../src/control/rpc.ts'
import { Subscriptions } from '../../src/control/subscriptions.ts'
import { utf8 } from '../../src/encoding/bytes.ts'
import { refuse } from '../../src/encoding/verdict.ts'
import type { LogFields } from '../../src/log.ts'
import { silentLogger } from '../../src/log.ts'
import { fakeNodeApi } from '../support/fake-node-api.ts'
import { FakeTime } from '../support/fake-time.ts'
import { seededRandom } from '../support/seeded-random.ts'

const PING = utf8('{"jsonrpc":"2.0","id":1,"method":"rpc.ping"}')

describe('what answers requests is loaded with the first of them', () => {
  const clock = new FakeTime()
  const hub = createEventHub({ clock })
  const caller: Caller = {
    id: 'control-1',
    role: 'control',
    signal: new AbortController().signal,
    subscriptions: new Subscriptions(hub, { notify: () => true, cut() {} }),
    restrictions: new Restrictions({ judge: () => refuse('TOKEN_INVALID') }, false)
  }

  function late(api: () => Promise<NodeApi>, failures: LogFields[] = []): LateDispatcher {
    const logger = {
      ...silentLogger,
      error: (_event: string, fields: LogFields = {}) => failures.push(fields)
    }
    const random = seededRandom('late')
    return new LateDispatcher({ api, clock, random, logger }, '0.1.0')
  }

  test('once, however many come together', async () => {
    let asked = 0
    const dispatcher = late(async () => {
      asked++
      return fakeNodeApi(hub)
    })
    assert.equal(asked, 0)
    const answers = await Promise.all([1, 2, 3].map(() => dispatcher.answer(PING, caller)))
    assert.deepEqual(
      answers.map(({ text }) => JSON.parse(text ?? '').result),
      [{ pong: true }, { pong: true }, { pong: true }]
    )
    assert.equal(asked, 1)
  })

  test('where that fails, the caller is told an incident that the log explains', async () => {
    const failures: LogFields[] = []
    const dispatcher = late(() => Promise.reject(new Error('no such file')), failures)
    const { error } = JSON.parse((await dispatcher.answer(PING, caller)).text ?? '')
    assert.equal(error.data.code, 'INTERNAL')
    assert.equal(failures[0]?.['incident'], error.data.incident)
    assert.match(String(failures[0]?.['cause']), /no such file/)
  })
})
