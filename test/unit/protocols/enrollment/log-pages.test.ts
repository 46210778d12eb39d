import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { PrivateKey } from '../../../../src/crypto/ed25519.ts'
import { toPeerageError } from '../../../../src/errors.ts'
import { LIMITS } from '../../../../src/limits.ts'
import type { Ask } from '../../../../src/protocols/enrollment/desk-call.ts'
import {
  fetchPages,
  type ReceivingLog,
  takePages
} from '../../../../src/protocols/enrollment/log-pages.ts'
import type { Entries } from '../../../../src/protocols/enrollment/messages.ts'
import { createTestNetwork, type TestNetwork } from '../../../support/trust-network.ts'

const PAGE = 10

describe('[SR-CFG-2] a trust log that comes from a front desk', () => {
  let network: TestNetwork
  before(async () => {
    network = createTestNetwork('log pages')
    for (let i = 0; i < 20; i++) {
      await network.authority.enroll({
        ...{
          member: `m${i}`,
          groups: [],
          node: 'node',
          method: 'invite',
          assurance: 1,
          invite: ''
        },
        publicKey: PrivateKey.generate(network.random).publicKey
      })
    }
  })

  const target = (from: number) => {
    const { bytes: checkpoint, checkpoint: head } = network.log.head()
    return { checkpoint, from, size: head.size }
  }

  async function* pages(
    from: number,
    change: (page: Entries) => Entries = (page) => page
  ): AsyncGenerator<Entries> {
    const { size } = network.log
    for (let start = from; start < size; start += PAGE) {
      const end = Math.min(size, start + PAGE)
      const proof = network.log.consistencyProof(end, size)
      yield change({ status: 0, entries: network.log.entries(start, end), proof })
    }
  }

  const codeOf = async (taking: Promise<void>) =>
    await taking.then(
      () => 'taken',
      (error) => toPeerageError(error).code
    )

  test('is taken over page by page, and the head with the last', async () => {
    const log = network.newcomer()
    const steps: [number, boolean][] = []
    log.onAdvance(({ added, isPart }) => steps.push([added.length, isPart]))
    await takePages(log, target(log.reach), pages(log.reach))
    assert.deepEqual(log.rootAt(log.size), network.log.rootAt(network.log.size))
    assert.ok(steps.every(([added]) => added <= PAGE))
    assert.deepEqual(new Set(steps.slice(0, -1).map(([, isPart]) => isPart)), new Set([true]))
    assert.equal(steps.at(-1)?.[1], false)
  })

  test('goes on where it broke off', async () => {
    const log = network.newcomer()
    async function* broken() {
      for await (const page of pages(1)) {
        yield page
        throw new Error('lost')
      }
    }
    await assert.rejects(takePages(log, target(1), broken()), { message: 'lost' })
    assert.deepEqual([log.size, log.reach], [1, 1 + PAGE])
    await takePages(log, target(log.reach), pages(log.reach))
    assert.equal(log.size, network.log.size)
  })

  test('is not taken twice where some of it has come on another way', async () => {
    const log = network.newcomer()
    await takePages(log, target(0), pages(0))
    assert.equal(log.size, network.log.size)
  })

  test('is TRUST_PROOF_INVALID where a page does not lead to the checkpoint, and nothing is stored', async () => {
    const log = network.newcomer()
    const lying = pages(1, (page) => ({ ...page, proof: page.proof.slice(1) }))
    assert.equal(await codeOf(takePages(log, target(1), lying)), 'TRUST_PROOF_INVALID')
    assert.equal(log.reach, 1)
  })

  test('of a doubted key is held back, and only so much of it', async () => {
    const taken: number[] = []
    const doubted: ReceivingLog = {
      reach: 1,
      isDoubted: true,
      advancePart: () => assert.fail('of a doubted key'),
      advance({ entries }) {
        taken.push(entries.length)
        return { ok: true, value: { added: entries.length } }
      }
    }
    await takePages(doubted, target(1), pages(1))
    assert.deepEqual(taken, [network.log.size - 1])
    const entry = new Uint8Array(LIMITS.heldBackBytesMax / 4)
    async function* endless(): AsyncGenerator<Entries> {
      for (;;) yield { status: 0, entries: [entry], proof: [] }
    }
    const forever = takePages(doubted, { ...target(1), size: 2 ** 40 }, endless())
    assert.equal(await codeOf(forever), 'TRUST_EQUIVOCATION')
  })

  test('is MESSAGE_MALFORMED with more entries than the checkpoint counts', async () => {
    const ask = (async () => ({ status: 0, entries: network.log.entries(0, 3), proof: [] })) as Ask
    const fetching = fetchPages(ask, { from: 0, size: 4 })
    assert.equal((await fetching.next()).done, false)
    await assert.rejects(fetching.next(), { code: 'MESSAGE_MALFORMED' })
  })
})
