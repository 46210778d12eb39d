import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { methods } from '../../src/control/methods/index.ts'
import {
  type Caveat,
  isAuthentic,
  judgeCall,
  mintToken,
  parseToken,
  restrictToken,
  TOKEN_PREFIX
} from '../../src/control/token.ts'
import type { TokenGrant } from '../../src/control/token-book.ts'
import { toBase64url } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { ERRORS } from '../../src/errors.ts'
import { LIMITS } from '../../src/limits.ts'
import { type TestControl, testControl } from '../support/control.ts'
import { accepted } from '../support/trust-network.ts'

const ID = new Uint8Array(8).fill(1)
const KEY = new Uint8Array(32).fill(2)
const HOUR = 3_600_000

function grant(control: TestControl, given: Partial<TokenGrant> = {}): string {
  return control.tokens.create({ methods: [], readsOnly: false, ttlMs: HOUR, ...given }).token
}

async function holder(control: TestControl, token: string, path = control.control) {
  const client = await control.raw(path)
  const shown = await client.ask('rpc.authenticate', { token })
  assert.equal(shown.error, undefined, JSON.stringify(shown.error))
  return client
}

describe('[SR-CTL-1] a token', () => {
  const caveat: fc.Arbitrary<Caveat> = fc.record(
    {
      access: fc.constant('observe' as const),
      methods: fc.subarray(['record.get', 'record.*', 'peer.list', 'node.stop'], { minLength: 1 }),
      notAfter: fc.integer({ min: 0, max: 100 })
    },
    { requiredKeys: [] }
  )

  test('that was narrowed never allows what it did not allow before', () => {
    const property = fc.property(
      fc.array(caveat, { maxLength: 4 }),
      caveat,
      fc.constantFrom(...methods),
      fc.integer({ min: 0, max: 100 }),
      (before, added, { name, access }, now) => {
        const call = { name, access, now }
        const isAllowed = judgeCall([...before, added], call).ok
        return !isAllowed || judgeCall(before, call).ok
      }
    )
    fc.assert(property)
  })

  test('is narrowed by anybody who holds it, and stays authentic', () => {
    const text = mintToken(ID, KEY, { methods: ['record.*'] })
    const token = accepted(parseToken(accepted(restrictToken(text, { access: 'observe' }))))
    assert.ok(isAuthentic(token, KEY))
    assert.deepEqual(token.caveats, [{ methods: ['record.*'] }, { access: 'observe' }])
    assert.ok(!isAuthentic(token, new Uint8Array(32)))
  })

  test('without one of its restrictions, or with other ones, is not authentic', () => {
    const text = accepted(restrictToken(mintToken(ID, KEY, { access: 'observe' }), { notAfter: 5 }))
    const { bytes } = accepted(parseToken(text))
    const forged = [
      { ...bytes, caveats: bytes.caveats.slice(0, 1) },
      { ...bytes, caveats: bytes.caveats.slice(1) },
      { ...bytes, caveats: [] },
      { ...bytes, caveats: bytes.caveats.toReversed() },
      { ...bytes, caveats: [bytes.caveats[0] ?? ID, encodeCbor({ notAfter: 6 })] },
      { ...bytes, id: new Uint8Array(8) }
    ]
    for (const forgery of forged) {
      const token = accepted(parseToken(TOKEN_PREFIX + toBase64url(encodeCbor(forgery))))
      assert.ok(!isAuthentic(token, KEY))
    }
  })

  test('with any character changed is refused', () => {
    const text = mintToken(ID, KEY, { methods: ['peer.list'] })
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === 'A' ? 'B' : 'A'
      const parsed = parseToken(text.slice(0, at) + other + text.slice(at + 1))
      assert.ok(!parsed.ok || !isAuthentic(parsed.value, KEY), `at ${at}`)
    }
  })

  test('with a restriction that this version does not know is refused', () => {
    const { bytes } = accepted(parseToken(mintToken(ID, KEY, {})))
    const strange = { ...bytes, caveats: [encodeCbor({ peer: 'x' })] }
    const parsed = parseToken(TOKEN_PREFIX + toBase64url(encodeCbor(strange)))
    assert.deepEqual(parsed.ok ? '' : parsed.fault, 'TOKEN_INVALID')
  })

  test('takes no more restrictions than the bound', () => {
    let text = mintToken(ID, KEY, {})
    for (let i = 1; i < LIMITS.tokenCaveatsMax; i++) text = accepted(restrictToken(text, {}))
    assert.equal(restrictToken(text, {}).ok, false)
  })
})

describe('[SR-CTL-1] a connection that has shown a token', () => {
  test('may call what the token lists, and nothing else', async (t) => {
    const control = await testControl(t)
    const client = await holder(control, grant(control, { methods: ['record.*', 'peer.list'] }))
    for (const method of ['record.list', 'peer.list']) {
      assert.equal((await client.ask(method)).error, undefined, method)
    }
    const { error } = await client.ask('node.stop')
    assert.equal(error?.data['code'], 'TOKEN_FORBIDS')
    assert.equal(error.data['method'], 'node.stop')
  })

  test('never gets back what it gave up, whatever it shows next', async (t) => {
    const control = await testControl(t)
    const client = await holder(control, grant(control, { readsOnly: true }))
    await client.ask('rpc.authenticate', { token: grant(control) })
    assert.equal((await client.ask('node.stop')).error?.data['code'], 'TOKEN_FORBIDS')
    assert.equal((await client.ask('node.status')).error, undefined)
    const more = LIMITS.tokensPerConnectionMax - 2
    for (let i = 0; i < more; i++) await client.ask('rpc.authenticate', { token: grant(control) })
    const refused = await client.ask('rpc.authenticate', { token: grant(control) })
    assert.equal(refused.error?.data['code'], 'TOO_MANY_REQUESTS')
  })

  test('gets no more than its socket grants', async (t) => {
    const control = await testControl(t)
    const client = await holder(control, grant(control), control.observe)
    assert.equal((await client.ask('node.stop')).error?.data['code'], 'METHOD_FORBIDDEN')
  })

  test('cannot make, list or revoke tokens, even with one for everything', async (t) => {
    const control = await testControl(t)
    const client = await holder(control, grant(control, { methods: ['token.*', 'node.*'] }))
    for (const method of ['token.create', 'token.list']) {
      assert.equal((await client.ask(method)).error?.data['code'], 'TOKEN_FORBIDS', method)
    }
  })

  test('is told by rpc.discover and rpc.authenticate only what it may call', async (t) => {
    const control = await testControl(t)
    const client = await control.raw()
    const token = grant(control, { methods: ['peer.*'], readsOnly: true })
    const shown = await client.ask('rpc.authenticate', { token })
    const allowed = methods.filter(({ name }) => name.startsWith('rpc.')).map(({ name }) => name)
    assert.deepEqual(shown.result?.['methods'], [...allowed, 'peer.list', 'peer.show'])
    const { result } = await client.ask('rpc.discover')
    const described = result?.['methods'] as { name: string }[]
    assert.deepEqual(
      described.map(({ name }) => name),
      shown.result?.['methods']
    )
    const all = (await (await control.raw()).ask('rpc.discover')).result?.['methods']
    assert.equal((all as unknown[]).length, methods.length)
  })

  test('is refused from the moment the token ends or is revoked', async (t) => {
    const control = await testControl(t)
    const ending = await holder(control, grant(control))
    const { id, token } = control.tokens.create({ methods: [], readsOnly: false, ttlMs: 2 * HOUR })
    const narrowed = await holder(control, accepted(restrictToken(token, { access: 'observe' })))
    control.time.advance(HOUR)
    assert.equal((await ending.ask('node.status')).error?.data['code'], 'TOKEN_EXPIRED')
    assert.equal((await narrowed.ask('node.status')).error, undefined)
    control.tokens.revoke(id)
    assert.equal((await narrowed.ask('node.status')).error?.data['code'], 'TOKEN_INVALID')
    assert.throws(() => control.tokens.revoke(id), { code: 'NOT_FOUND' })
  })

  test('hears no event after its token was revoked: the connection is cut with the reason', async (t) => {
    const control = await testControl(t)
    const { id, token } = control.tokens.create({ methods: [], readsOnly: true, ttlMs: HOUR })
    const client = await holder(control, token)
    await client.ask('events.subscribe', { topics: ['node.*'] })
    control.hub.publish('node.stopping', { reason: 'one' })
    assert.equal((await client.line()).method, 'events.event')
    control.tokens.revoke(id)
    control.hub.publish('node.stopping', { reason: 'two' })
    assert.equal((await client.line()).error?.code, ERRORS.TOKEN_INVALID.number)
    await client.closed
  })

  test('leaves its token id in the log of what it does, and never the token', async (t) => {
    const control = await testControl(t)
    const { id, token } = control.tokens.create({ methods: [], readsOnly: false, ttlMs: HOUR })
    const client = await holder(control, token)
    await client.ask('peer.disconnect', { peer: 'laptop' })
    const called = control.log.find(({ event }) => event === 'control.called')
    assert.equal(called?.fields['tokens'], id)
    assert.ok(!JSON.stringify(control.log).includes(token.slice(-20)))
  })
})

describe('[SR-CTL-1] the socket for delegates', () => {
  test('answers nothing but a token', async (t) => {
    const control = await testControl(t)
    const client = await control.raw(control.delegate)
    for (const method of ['node.status', 'node.stop', 'record.list']) {
      assert.equal((await client.ask(method)).error?.data['code'], 'TOKEN_REQUIRED', method)
    }
    const { result } = await client.ask('rpc.discover')
    const described = result?.['methods'] as { name: string }[]
    assert.ok(described.every(({ name }) => name.startsWith('rpc.')))
  })

  test('grants to a token what it allows', async (t) => {
    const control = await testControl(t)
    const token = grant(control, { methods: ['peer.ping'] })
    const client = await holder(control, token, control.delegate)
    assert.equal((await client.ask('peer.ping', { peer: 'laptop' })).error, undefined)
    assert.equal((await client.ask('node.status')).error?.data['code'], 'TOKEN_FORBIDS')
  })

  test('refuses what is no token of this node', async (t) => {
    const control = await testControl(t)
    const client = await control.raw(control.delegate)
    const token = grant(control)
    for (const wrong of ['x', token.slice(0, -4), `${token}AAAA`, mintToken(ID, KEY, {})]) {
      const { error } = await client.ask('rpc.authenticate', { token: wrong })
      assert.equal(error?.data['code'], 'TOKEN_INVALID')
    }
    assert.equal((await client.ask('node.status')).error?.data['code'], 'TOKEN_REQUIRED')
  })
})
