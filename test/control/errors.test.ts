import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ERRORS, PeerageError } from '../../src/errors.ts'
import { testControl } from '../support/control.ts'

describe('errors of the node', () => {
  test('[SR-CTL-2] a refusal has the number, the text and the remedy of the one table', async (t) => {
    const cause = new Error('/secret/path')
    const { raw } = await testControl(t, {
      records: {
        put: async () => {
          throw new PeerageError('RECORD_STALE', { have: 7, offered: 6 }, cause)
        }
      }
    })
    const put = { kind: 'note', name: 'a', text: 'x' }
    const { id, error } = await (await raw()).ask('record.put', put, 'q')
    const row = ERRORS.RECORD_STALE
    assert.equal(id, 'q')
    assert.deepEqual(error, {
      code: row.number,
      message: row.text,
      data: {
        have: 7,
        offered: 6,
        code: 'RECORD_STALE',
        layer: row.layer,
        hint: row.hint,
        retryable: row.retryable
      }
    })
  })

  test('details never hide the code', async (t) => {
    const { raw } = await testControl(t, {
      network: {
        show: async () => {
          throw new PeerageError('NOT_READY', { code: 'OK', hint: '' })
        }
      }
    })
    const { error } = await (await raw()).ask('network.show')
    assert.equal(error?.data['code'], 'NOT_READY')
    assert.equal(error.data['hint'], ERRORS.NOT_READY.hint)
  })

  const thrown: readonly (readonly [string, () => unknown])[] = [
    ['an error', () => new TypeError('hunter2 is the passphrase')],
    ['text', () => 'hunter2'],
    ['INTERNAL', () => new PeerageError('INTERNAL', { x: 'hunter2' }, new Error('hunter2'))]
  ]
  for (const [what, make] of thrown) {
    test(`[SR-CONF-3] ${what} thrown by a method tells an incident id and nothing else`, async (t) => {
      const { raw, log } = await testControl(t, {
        network: {
          show: async () => {
            throw make()
          }
        }
      })
      const client = await raw()
      client.request('network.show')
      const text = (await client.text()) ?? ''
      assert.doesNotMatch(text, /hunter2|\.ts|at /)
      const { error } = JSON.parse(text)
      assert.equal(error.code, -32603)
      assert.match(error.data.incident, /^[0-9a-f]{16}$/)
      const line = log.find(({ event }) => event === 'control.failed')
      assert.equal(line?.fields['incident'], error.data.incident)
      assert.equal(line?.fields['method'], 'network.show')
      assert.match(String(line?.fields['cause']), /\n +at /)
    })
  }

  test('a result that is no JSON is a fault of the node, not of the connection', async (t) => {
    const { raw } = await testControl(t, {
      peers: { ping: async () => ({ nodeId: 'x', roundTripMs: 1n as unknown as number }) }
    })
    const client = await raw()
    assert.equal((await client.ask('peer.ping', ['x'])).error?.code, -32603)
    assert.ok((await client.ask('rpc.ping')).result)
  })
})

describe('the log', () => {
  test('[SR-CTL-2] names the connection of every call that changes something', async (t) => {
    const { raw, log } = await testControl(t, {
      peers: {
        ping: async () => {
          throw new PeerageError('PEER_UNKNOWN')
        }
      }
    })
    const client = await raw()
    await client.ask('node.status')
    await client.ask('cert.revoke', { by: 'member', value: 'alice', reason: 'left' })
    await client.ask('peer.ping', { peer: 'bob' })
    assert.deepEqual(log, [
      {
        level: 'info',
        event: 'control.called',
        fields: {
          connection: 'control-1',
          role: 'control',
          method: 'cert.revoke',
          reason: 'left',
          ms: 0
        }
      },
      {
        level: 'info',
        event: 'control.refused',
        fields: {
          connection: 'control-1',
          role: 'control',
          method: 'peer.ping',
          ms: 0,
          code: 'PEER_UNKNOWN'
        }
      }
    ])
  })

  test('[SR-CONF-3] never holds an invite or the value of a record', async (t) => {
    const { raw, log } = await testControl(t)
    const client = await raw()
    await client.ask('invite.create', { member: 'alice', node: 'laptop' })
    await client.ask('record.put', { kind: 'note', name: 'a', text: 'hunter2' })
    await client.ask('record.put', { kind: 'note', name: 'a', text: 'hunter2', oops: 1 })
    const text = JSON.stringify(log)
    assert.match(text, /invite\.create/)
    assert.doesNotMatch(text, /peerage1|hunter2/)
  })
})
