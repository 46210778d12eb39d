import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fromUtf8, utf8 } from '../../src/encoding/bytes.ts'
import { ERRORS, PeerageError } from '../../src/errors.ts'
import { LIMITS } from '../../src/limits.ts'
import { testControl } from '../support/control.ts'

const PING = '{"jsonrpc":"2.0","id":7,"method":"rpc.ping"}'

describe('a line that is not a request', () => {
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
  const cases: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['malformed JSON', '{"jsonrpc":"2.0","id":1,', 'not-json'],
    ['text after the request', `${PING} x`, 'not-json'],
    ['a byte order mark', `\uFEFF${PING}`, 'not-json'],
    ['invalid UTF-8', Uint8Array.of(0x22, 0xc3, 0x28, 0x22), 'not-utf8'],
    ['nesting of 10 000 arrays', nested(10_000), 'too-deep'],
    ['nesting of 10 000 objects', '{"a":'.repeat(10_000), 'too-deep'],
    [
      'a duplicate member',
      '{"jsonrpc":"2.0","id":1,"id":2,"method":"rpc.ping"}',
      'duplicate-member'
    ],
    [
      'a duplicate member in another spelling',
      '{"jsonrpc":"2.0","id":1,"method":"rpc.ping","params":{"a":1,"\\u0061":2}}',
      'duplicate-member'
    ],
    ['a member __proto__', '{"__proto__":{"method":"node.stop"}}', 'forbidden-member']
  ]
  for (const [what, line, reason] of cases) {
    test(`[SR-TC-2] ${what} is a parse error and the connection goes on`, async (t) => {
      const { raw } = await testControl(t)
      const client = await raw()
      client.send(line)
      client.send(`\n${PING}\n`)
      const { id, error } = await client.line()
      assert.equal(id, null)
      assert.equal(error?.code, -32700)
      assert.equal(error.data['code'], 'REQUEST_MALFORMED')
      assert.equal(error.data['reason'], reason)
      assert.equal((await client.line()).id, 7)
    })
  }

  test(`nesting of ${LIMITS.rpcDepthMax} levels is still read`, async (t) => {
    const { raw } = await testControl(t)
    const client = await raw()
    const params = nested(LIMITS.rpcDepthMax - 1)
    client.send(`{"jsonrpc":"2.0","id":1,"method":"rpc.ping","params":${params}}\n`)
    assert.equal((await client.line()).error?.code, -32602)
  })

  test('one name in several objects is no duplicate', async (t) => {
    const { raw } = await testControl(t)
    const client = await raw()
    client.send(`[${PING},${PING}]\n`)
    assert.equal((await client.batch()).length, 2)
  })

  test('blank lines are skipped and a carriage return is no part of a line', async (t) => {
    const { raw } = await testControl(t)
    const client = await raw()
    client.send(`\n\r\n  \n${PING}\r\n`)
    assert.equal((await client.line()).id, 7)
  })

  test('a request may come in any pieces', async (t) => {
    const { raw } = await testControl(t)
    const client = await raw()
    client.socket.setNoDelay(true)
    for (const character of `${PING}\n`) client.send(character)
    assert.equal((await client.line()).id, 7)
  })
})

describe('a request that JSON-RPC does not allow', () => {
  const long = 'i'.repeat(LIMITS.rpcIdLengthMax)
  const request = { jsonrpc: '2.0', id: 1, method: 'rpc.ping' }
  const cases: readonly (readonly [string, unknown, unknown])[] = [
    ['a number', 5, null],
    ['another version', { ...request, jsonrpc: '1.0' }, 1],
    ['no method', { jsonrpc: '2.0', id: 1 }, 1],
    ['a method that is a number', { ...request, method: 1 }, 1],
    ['a method name without end', { ...request, method: 'm'.repeat(1000) }, 1],
    ['parameters that are text', { ...request, params: 'x' }, 1],
    ['an unknown member', { ...request, token: 'x' }, 1],
    ['an answer', { jsonrpc: '2.0', id: 1, result: {} }, 1],
    ['a fraction as id', { ...request, id: 1.5 }, null],
    ['an id that would not be echoed exactly', { ...request, id: 2 ** 60 }, null],
    ['an object as id', { ...request, id: {} }, null],
    ['a long id', { ...request, id: `${long}i` }, null]
  ]
  for (const [what, value, expectedId] of cases) {
    test(`[SR-CTL-2] ${what} is an invalid request`, async (t) => {
      const { raw } = await testControl(t)
      const client = await raw()
      client.send(`${JSON.stringify(value)}\n`)
      const { id, error } = await client.line()
      assert.equal(id, expectedId)
      assert.equal(error?.code, -32600)
      assert.equal(error.data['code'], 'REQUEST_MALFORMED')
    })
  }

  for (const id of [0, -1, 'a', long, Number.MAX_SAFE_INTEGER, null]) {
    test(`the id ${String(id).slice(0, 20)} is echoed`, async (t) => {
      const { raw } = await testControl(t)
      const answer = await (await raw()).ask('rpc.ping', undefined, id)
      assert.equal(answer.id, id)
      assert.ok(answer.result)
    })
  }

  test('[SR-CTL-2] an unknown method is refused with the way to the list', async (t) => {
    const { raw } = await testControl(t)
    for (const name of ['node.explode', 'constructor', '__proto__', 'toString']) {
      const { error } = await (await raw()).ask(name)
      assert.equal(error?.code, -32601)
      assert.equal(error.data['code'], 'METHOD_UNKNOWN')
      assert.equal(error.data['hint'], ERRORS.METHOD_UNKNOWN.hint)
    }
  })
})

describe('parameters', () => {
  test('are given by name or by position', async (t) => {
    const seen: unknown[] = []
    const { raw } = await testControl(t, {
      records: {
        put: async ({ value, ...params }) => {
          seen.push({ ...params, value: fromUtf8(value) })
          throw new PeerageError('RECORD_STALE')
        }
      }
    })
    const client = await raw()
    await client.ask('record.put', { kind: 'note', name: 'a', text: 'hi', expectedVersion: 2 })
    await client.ask('record.put', ['note', 'a', 'aGk'])
    assert.deepEqual(seen, [
      { kind: 'note', name: 'a', expectedVersion: 2, value: 'hi' },
      { kind: 'note', name: 'a', value: 'hi' }
    ])
  })

  test('that are left out have their defaults', async (t) => {
    const seen: unknown[] = []
    const { raw } = await testControl(t, {
      invites: {
        create: async (params) => {
          seen.push(params)
          throw new PeerageError('AUTHORITY_ABSENT')
        }
      }
    })
    await (await raw()).ask('invite.create', { member: 'alice', node: 'laptop' })
    const ttlMs = LIMITS.inviteTtlMsDefault
    assert.deepEqual(seen, [{ member: 'alice', node: 'laptop', groups: [], ttlMs }])
  })

  const refused: readonly (readonly [string, string, unknown, string])[] = [
    ['a missing one', 'peer.show', {}, 'peer'],
    ['none at all where one is needed', 'peer.show', undefined, 'peer'],
    ['a wrong type', 'peer.show', { peer: 5 }, 'peer'],
    ['null', 'peer.list', { connected: null }, 'connected'],
    ['a page that is too large', 'peer.list', { limit: LIMITS.pageItemsMax + 1 }, 'limit'],
    ['too many by position', 'rpc.ping', [1], '0'],
    ['a wrong type by position', 'record.put', ['note', 5], 'name'],
    [
      'both value and text',
      'record.put',
      { kind: 'note', name: 'a', value: '', text: '' },
      'value'
    ],
    ['neither value nor text', 'record.put', { kind: 'note', name: 'a' }, 'value'],
    ['a name that is no label', 'invite.create', { member: 'Alice', node: 'a' }, 'member'],
    [
      'a group in a list',
      'invite.create',
      { member: 'a', node: 'a', groups: ['b', '-'] },
      'groups.1'
    ],
    ['a life that is too long', 'invite.create', { member: 'a', node: 'a', ttlMs: 1e15 }, 'ttlMs'],
    ['an unknown topic', 'events.subscribe', { topics: ['peer.*', 'weather'] }, 'topics.1']
  ]
  for (const [what, method, params, path] of refused) {
    test(`[SR-CTL-2] ${what} is refused with the path of the fault (${method})`, async (t) => {
      const { raw } = await testControl(t)
      const { error } = await (await raw()).ask(method, params)
      assert.equal(error?.code, -32602)
      assert.equal(error.data['code'], 'INVALID_ARGUMENT')
      const issues = error.data['issues'] as { path: string; message: string }[]
      assert.equal(issues[0]?.path, path)
    })
  }

  test('[SR-TC-2] an answer to a thousand faults stays short', async (t) => {
    const { raw } = await testControl(t)
    const client = await raw()
    client.request('rpc.ping', { ['x'.repeat(100_000)]: 1 })
    assert.ok(((await client.text()) ?? '').length < 2000)
    client.request('events.subscribe', { topics: Array(1000).fill('x'.repeat(500)) })
    assert.ok(((await client.text()) ?? '').length < 5000)
  })

  const faults: readonly (readonly [string, string, unknown])[] = [
    ['base64url with padding', 'record.put', { kind: 'note', name: 'a', value: 'aGk=' }],
    ['base64url with stray bits', 'record.put', { kind: 'note', name: 'a', value: 'aGl' }],
    ['text without UTF-8', 'record.put', { kind: 'note', name: 'a', text: '\ud800' }],
    ['a PEM without its frame', 'cert.verify', { pem: 'MIIB' }]
  ]
  for (const [what, method, params] of faults) {
    test(`[SR-CTL-2] ${what} is refused before the node is asked`, async (t) => {
      const { raw } = await testControl(t)
      const { error } = await (await raw()).ask(method, params)
      assert.equal(error?.data['code'], 'INVALID_ARGUMENT')
    })
  }

  test('a certificate is the same bytes in both spellings', async (t) => {
    const seen: Uint8Array[] = []
    const { raw } = await testControl(t, {
      certs: {
        verify: async ({ certificate }) => {
          seen.push(certificate)
          return { valid: true }
        }
      }
    })
    const client = await raw()
    const frame = (body: string) =>
      `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`
    await client.ask('cert.verify', { certificate: '-_8A' })
    await client.ask('cert.verify', { pem: frame('+/8A') })
    await client.ask('cert.verify', { pem: frame('+/8AAQ==') })
    assert.deepEqual(seen, [
      Uint8Array.of(0xfb, 0xff, 0),
      Uint8Array.of(0xfb, 0xff, 0),
      Uint8Array.of(0xfb, 0xff, 0, 1)
    ])
  })

  test('a value that is not UTF-8 comes without text', async (t) => {
    const { raw } = await testControl(t, {
      records: {
        get: async () => ({ ...RECORD, value: Uint8Array.of(0xff, 0xfe) })
      }
    })
    const { result } = await (await raw()).ask('record.get', { kind: 'note', name: 'a' })
    assert.equal(result?.['value'], '__4')
    assert.ok(!Object.hasOwn(result ?? {}, 'text'))
  })
})

describe('notifications and batches', () => {
  const note = '{"jsonrpc":"2.0","method":"rpc.ping"}'

  test('a notification gets no answer, not even for a fault', async (t) => {
    const { raw } = await testControl(t)
    const client = await raw()
    client.send(`${note}\n{"jsonrpc":"2.0","method":"no.such"}\n[${note},${note}]\n${PING}\n`)
    assert.equal((await client.line()).id, 7)
  })

  test('[SR-CTL-2] an empty batch is an invalid request', async (t) => {
    const { raw } = await testControl(t)
    const client = await raw()
    client.send('[]\n')
    assert.equal((await client.line()).error?.code, -32600)
  })

  test('[SR-TC-2] a batch that is too large is refused as a whole', async (t) => {
    const { raw } = await testControl(t)
    const client = await raw()
    const batch = (size: number) => `[${Array(size).fill(PING).join(',')}]\n`
    client.send(batch(LIMITS.rpcBatchMax + 1))
    const { error } = await client.line()
    assert.equal(error?.code, -32600)
    assert.equal(error.data['batchMax'], LIMITS.rpcBatchMax)
    client.send(batch(LIMITS.rpcBatchMax))
    assert.equal((await client.batch()).length, LIMITS.rpcBatchMax)
  })

  test('a mixed batch is answered in order, one answer for each request', async (t) => {
    const { raw } = await testControl(t)
    const client = await raw()
    client.send(`[${PING},1,${note},{"jsonrpc":"2.0","id":"b","method":"no.such"}]\n`)
    const answers = await client.batch()
    assert.deepEqual(
      answers.map(({ id, error }) => [id, error?.code]),
      [
        [7, undefined],
        [null, -32600],
        ['b', -32601]
      ]
    )
  })

  test('a batch of one is answered with an array', async (t) => {
    const { raw } = await testControl(t)
    const client = await raw()
    client.send(`[${PING}]\n`)
    assert.equal((await client.batch()).length, 1)
  })

  test('[SR-TC-2] a batch whose answers grow too large is not run to its end', async (t) => {
    let calls = 0
    const { raw } = await testControl(t, {
      records: {
        get: async () => {
          calls++
          return {
            ...RECORD,
            value: utf8('x'.repeat(LIMITS.rpcBatchAnswerBytesMax / 2))
          }
        }
      }
    })
    const client = await raw()
    const get = { jsonrpc: '2.0', id: 1, method: 'record.get', params: ['note', 'a'] }
    client.send(`${JSON.stringify(Array(10).fill(get))}\n`)
    const answers = await client.batch()
    assert.equal(answers.length, 10)
    assert.equal(answers.at(-1)?.error?.data['code'], 'TOO_MANY_REQUESTS')
    assert.equal(calls, 1)
  })
})

const RECORD = {
  kind: 'note',
  owner: 'a',
  name: 'a',
  version: 1,
  digest: `sha256:${'0'.repeat(64)}`,
  expiresAt: '2026-01-01T00:00:00.000Z',
  signer: '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp',
  verifiedFrom: [],
  isHeldHere: false,
  storedAt: '2026-01-01T00:00:00.000Z',
  holdersAsked: 0,
  answered: 0,
  isStale: false,
  conflict: false,
  signedBy: 'alice/desk',
  ageMs: 0
}
