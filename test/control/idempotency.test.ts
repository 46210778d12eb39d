import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IdempotentCalls } from '../../src/control/idempotency.ts'
import { methods } from '../../src/control/methods/index.ts'
import { ERRORS, PeerageError } from '../../src/errors.ts'
import { LIMITS } from '../../src/limits.ts'
import { testControl } from '../support/control.ts'
import { FakeTime } from '../support/fake-time.ts'

const INVITE = { member: 'alice', node: 'laptop' }
const EXPIRES = '2026-01-31T00:00:00.000Z'

describe('[SR-CTL-2] a call with an idempotency key', () => {
  test('runs once, whichever connection repeats it, and gives the first result again', async (t) => {
    let made = 0
    const create = async () => ({ id: `i${++made}`, invite: 'secret', expiresAt: EXPIRES })
    const { raw } = await testControl(t, { invites: { create } })
    const params = { ...INVITE, idempotencyKey: 'job-1' }
    const first = await (await raw()).ask('invite.create', params)
    const second = await (await raw()).ask('invite.create', params)
    assert.equal(first.result?.['id'], 'i1')
    assert.deepEqual(second.result, first.result)
    assert.equal(made, 1)
  })

  test('with other parameters is refused with IDEMPOTENCY_CONFLICT and does nothing', async (t) => {
    let made = 0
    const create = async () => ({ id: `i${++made}`, invite: 'secret', expiresAt: EXPIRES })
    const { raw } = await testControl(t, { invites: { create } })
    const client = await raw()
    await client.ask('invite.create', { ...INVITE, idempotencyKey: 'job-1' })
    const other = { ...INVITE, node: 'phone', idempotencyKey: 'job-1' }
    const { error } = await client.ask('invite.create', other)
    assert.equal(error?.code, ERRORS.IDEMPOTENCY_CONFLICT.number)
    assert.equal(made, 1)
  })

  test('goes on when its caller goes away, and the caller who asks again gets its result', async (t) => {
    const began = Promise.withResolvers<AbortSignal>()
    const finish = Promise.withResolvers<void>()
    const { raw } = await testControl(t, {
      invites: {
        async create(_params, { signal }) {
          began.resolve(signal)
          await finish.promise
          return { id: 'once', invite: 'secret', expiresAt: EXPIRES }
        }
      }
    })
    const params = { ...INVITE, idempotencyKey: 'job-1' }
    const lost = await raw()
    lost.request('invite.create', params)
    const signal = await began.promise
    lost.close()
    const again = await raw()
    again.request('invite.create', params)
    assert.equal(signal.aborted, false)
    finish.resolve()
    assert.equal((await again.line()).result?.['id'], 'once')
  })

  test('without a key every call runs', async (t) => {
    let made = 0
    const create = async () => ({ id: `i${++made}`, invite: 'secret', expiresAt: EXPIRES })
    const { raw } = await testControl(t, { invites: { create } })
    const client = await raw()
    for (const id of ['i1', 'i2']) {
      assert.equal((await client.ask('invite.create', INVITE)).result?.['id'], id)
    }
  })

  test('is offered by every method whose repetition would do more than the first time', () => {
    const keyed = methods.filter(({ params }) => 'idempotencyKey' in params.shape)
    assert.deepEqual(
      keyed.map(({ name }) => name),
      [
        'policy.set',
        'proposal.create',
        'peer.ban',
        'peer.unban',
        'peer.allow',
        'opinion.publish',
        'opinion.subscribe',
        'opinion.unsubscribe',
        'member.set',
        'member.suspend',
        'member.resume',
        'member.remove',
        'cert.revoke',
        'cert.recover',
        'invite.create',
        'invite.revoke',
        'kind.define',
        'kind.retire',
        'record.put',
        'record.remove',
        'token.create'
      ]
    )
    for (const { name, access, errors } of keyed) {
      assert.equal(access, 'control', name)
      assert.ok((errors as readonly string[]).includes('IDEMPOTENCY_CONFLICT'), name)
    }
  })
})

describe('[SR-CTL-2] what is remembered of calls', () => {
  const call = { scope: 'control', method: 'm', key: 'k', params: { a: 1 } }

  test('a call that failed is forgotten: asking again runs it again', async () => {
    const calls = new IdempotentCalls(new FakeTime())
    const fail = async () => {
      throw new PeerageError('STORAGE_FULL')
    }
    await assert.rejects(calls.run(call, fail), { code: 'STORAGE_FULL' })
    assert.equal(await calls.run(call, () => 'done'), 'done')
  })

  test('who waits for a call that fails runs it himself, and only one at a time', async () => {
    const calls = new IdempotentCalls(new FakeTime())
    const fate = Promise.withResolvers<never>()
    const first = calls.run(call, () => fate.promise)
    let ran = 0
    const others = [1, 2].map(() => calls.run(call, () => ++ran))
    fate.reject(new PeerageError('STORAGE_FULL'))
    await assert.rejects(first, { code: 'STORAGE_FULL' })
    assert.deepEqual(await Promise.all(others), [1, 1])
  })

  test('no caller of another scope, and no other method, is given the result', async () => {
    const calls = new IdempotentCalls(new FakeTime())
    await calls.run(call, () => 'secret')
    assert.equal(await calls.run({ ...call, scope: 'token' }, () => 'other'), 'other')
    assert.equal(await calls.run({ ...call, method: 'n' }, () => 'other'), 'other')
  })

  test('ends after its time, and is never more than the bound', async () => {
    const time = new FakeTime()
    const calls = new IdempotentCalls(time)
    await calls.run(call, () => 'old')
    time.advance(LIMITS.idempotencyMs - 1)
    assert.equal(await calls.run(call, () => 'new'), 'old')
    time.advance(1)
    assert.equal(await calls.run(call, () => 'new'), 'new')
    for (let i = 0; i < LIMITS.idempotencyKeysMax; i++) {
      await calls.run({ ...call, key: `k${i}` }, () => i)
    }
    assert.equal(await calls.run(call, () => 'forgotten'), 'forgotten')
    assert.equal(await calls.run({ ...call, key: 'k999' }, () => 'again'), 999)
  })

  test('stopping cuts the calls under way', async () => {
    const calls = new IdempotentCalls(new FakeTime())
    const running = calls.run(call, async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      throw signal.reason
    })
    calls.stop()
    await assert.rejects(running, { code: 'CANCELED' })
  })
})
