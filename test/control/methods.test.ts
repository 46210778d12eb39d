import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as z from 'zod'
import { mayCall } from '../../src/control/access.ts'
import { createEventHub } from '../../src/control/events.ts'
import { methods } from '../../src/control/methods/index.ts'
import { Dispatcher } from '../../src/control/rpc.ts'
import { LIMITS } from '../../src/limits.ts'
import { silentLogger } from '../../src/log.ts'
import { Turns } from '../../src/time/turns.ts'
import { testControl } from '../support/control.ts'
import { fakeNodeApi } from '../support/fake-node-api.ts'
import { FakeTime } from '../support/fake-time.ts'
import { seededRandom } from '../support/seeded-random.ts'

describe('every method', () => {
  for (const method of methods) {
    test(`[SR-CTL-2] ${method.name} answers its examples as its schema says`, async (t) => {
      const { raw } = await testControl(t)
      const client = await raw()
      // What is ended has to be there.
      if (/unsubscribe|unwatch/.test(method.name)) await client.ask('events.subscribe')
      for (const { params, result } of method.examples) {
        assertShape(method.result, result)
        const answer = await client.ask(method.name, params)
        assert.equal(answer.error, undefined)
        assertShape(method.result, answer.result)
      }
    })

    test(`[SR-CTL-2] ${method.name} refuses a parameter it does not know`, async (t) => {
      const { raw } = await testControl(t)
      const client = await raw()
      const params = { ...method.examples[0]?.params, surprise: 1 }
      const { error } = await client.ask(method.name, params)
      assert.equal(error?.code, -32602)
      assert.equal(error.data['code'], 'INVALID_ARGUMENT')
    })
  }

  test('has a summary, an example and a noun of its own form', () => {
    for (const { name, summary, examples } of methods) {
      assert.match(name, /^[a-z]+\.[a-z]+$/)
      assert.match(summary, /^[A-Z].*\.$/)
      assert.ok(examples.length > 0, name)
    }
  })

  test('[SR-CTL-2] two methods of one name do not start', () => {
    const clock = new FakeTime()
    const components = {
      api: fakeNodeApi(createEventHub({ clock })),
      clock,
      turns: new Turns(clock, LIMITS.turnMs),
      random: seededRandom('x'),
      logger: silentLogger
    }
    const twice = [...methods, methods[0]]
    assert.throws(() => new Dispatcher(components, { methods: twice, version: '1' }), TypeError)
  })

  test('[SR-CTL-1] what changes something is not offered to observers', () => {
    const observed = methods.filter(({ access }) => mayCall('observe', access)).map((m) => m.name)
    const changing = /\.(stop|connect|disconnect|ping|revoke|create|put)$/
    assert.deepEqual(
      observed.filter((name) => changing.test(name)),
      ['rpc.ping']
    )
    assert.ok(methods.every(({ access }) => mayCall('control', access)))
  })
})

describe('rpc.discover', () => {
  test('describes every method as OpenRPC 1.3', async (t) => {
    const { raw } = await testControl(t)
    const { result } = await (await raw()).ask('rpc.discover')
    const document = openRpc.parse(result)
    assert.deepEqual(
      document.methods.map(({ name }) => name),
      methods.map(({ name }) => name)
    )
    const put = document.methods.find(({ name }) => name === 'record.put')
    assert.deepEqual(
      put?.params.map(({ name, required }) => [name, required]),
      [
        ['kind', true],
        ['name', true],
        ['value', false],
        ['text', false],
        ['owner', false],
        ['expectedVersion', false],
        ['lifetimeMs', false],
        ['sealTo', false],
        ['reason', false],
        ['idempotencyKey', false]
      ]
    )
    // OpenRPC: a required parameter never follows one that may be left out.
    for (const { name, params } of document.methods) {
      const order = params.map(({ required }) => required)
      assert.deepEqual(
        order,
        order.toSorted((a, b) => Number(b) - Number(a)),
        name
      )
    }
  })

  test('[SR-CTL-1] describes to an observer only what it may call', async (t) => {
    const { raw, observe } = await testControl(t)
    const { result } = await (await raw(observe)).ask('rpc.discover')
    const names = openRpc.parse(result).methods.map(({ name }) => name)
    assert.ok(names.includes('node.status'))
    assert.ok(!names.includes('node.stop'))
  })
})

/** The schema strips what it does not know: a field that is not documented is a difference. */
function assertShape(schema: z.ZodType, result: unknown): void {
  assert.deepEqual(schema.parse(result), result)
}

const jsonSchema = z.record(z.string(), z.unknown())
const descriptor = z.strictObject({
  name: z.string(),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema: jsonSchema
})
const example = z.strictObject({ name: z.string(), value: z.unknown() })

/** The required and allowed members of an OpenRPC 1.3 document, as far as this one uses them. */
const openRpc = z.strictObject({
  openrpc: z.literal('1.3.2'),
  info: z.strictObject({ title: z.string(), version: z.string() }),
  methods: z.array(
    z.strictObject({
      name: z.string(),
      summary: z.string(),
      'x-access': z.enum(['observe', 'control']),
      paramStructure: z.literal('either'),
      params: z.array(descriptor),
      result: descriptor,
      errors: z.array(z.strictObject({ code: z.number().int().positive(), message: z.string() })),
      examples: z.array(
        z.strictObject({ name: z.string(), params: z.array(example), result: example })
      )
    })
  )
})
