import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { accept, refuse } from '../../../src/encoding/verdict.ts'
import { LIMITS } from '../../../src/limits.ts'
import { answerTrustRequest } from '../../../src/protocols/trust-sync/handler.ts'
import type { TrustRequest, TrustResponse } from '../../../src/protocols/trust-sync/messages.ts'
import { prepareKey } from '../../../src/trust/authority.ts'
import { sealCheckpoint } from '../../../src/trust/checkpoint.ts'
import { accepted, createTestNetwork } from '../../support/trust-network.ts'
import { settle, TrustSyncNetwork } from '../../support/trust-sync-network.ts'

describe('[SR-CFG-2] trust sync', { timeout: 30_000 }, () => {
  test('a node that is behind fetches what is missing and has the same root then', async () => {
    const network = new TrustSyncNetwork('behind')
    const authority = await network.join(network.trust.log)
    await network.enroll('alice')
    await network.enroll('bob')
    const late = await network.join()
    assert.deepEqual(await late.sync.pull(authority.overlay.nodeId), accept({ added: 4 }))
    assert.deepEqual(late.log.head().bytes, network.trust.log.head().bytes)
    assert.equal(late.log.state.member('bob')?.name, 'bob')
    network.stop()
  })

  test('an advance reaches the far end of a line of six nodes by itself', async () => {
    const network = new TrustSyncNetwork('line')
    await network.join(network.trust.log)
    for (let i = 0; i < 5; i++) await network.join()
    network.stringOut()
    await network.enroll('alice')
    await settle()
    for (const node of network.nodes) assert.equal(node.log.size, 3)
    network.stop()
  })

  test('one message brings the news: nobody has to ask for it', async () => {
    const network = new TrustSyncNetwork('push')
    await network.join(network.trust.log)
    const other = await network.join()
    const asked: string[] = []
    network.memory.intercept(other.overlay.nodeId, async (call) => {
      asked.push((call.request as TrustRequest).ask)
      return await call.pass()
    })
    await network.enroll('alice')
    await settle()
    assert.equal(other.log.size, 3)
    assert.equal(asked[0], 'announce')
    assert.ok(!asked.includes('entries'))
    network.stop()
  })

  test('an announcement that is lost is sent again soon', async () => {
    const network = new TrustSyncNetwork('again')
    await network.join(network.trust.log)
    const other = await network.join()
    let lost = 0
    network.memory.intercept(other.overlay.nodeId, async (call) =>
      ++lost <= 3 ? refuse('TIMEOUT') : await call.pass()
    )
    await network.enroll('alice')
    await settle()
    assert.equal(other.log.size, 1)
    for (let i = 0; i < 3; i++) {
      network.trust.clock.advance(LIMITS.announceRetryMs * 2 ** i)
      await settle()
    }
    assert.equal(other.log.size, 3)
    network.stop()
  })

  test('an announcement is repeated until a partition heals: seconds later it is heard', async () => {
    const network = new TrustSyncNetwork('heals')
    await network.join(network.trust.log)
    const other = await network.join()
    // Not even anti-entropy comes through.
    for (const { overlay } of network.nodes) {
      network.memory.intercept(overlay.nodeId, async () => refuse('TIMEOUT'))
    }
    await network.enroll('alice')
    const pass = async (ms: number) => {
      for (let left = ms; left > 0; left -= 100) {
        network.trust.clock.advance(100)
        await settle()
      }
    }
    await pass(LIMITS.syncIntervalMs + 1000)
    assert.equal(other.log.size, 1)
    for (const { overlay } of network.nodes) network.memory.intercept(overlay.nodeId, undefined)
    await pass(LIMITS.announceRetryMs * 2 ** LIMITS.announceRetriesMax)
    assert.equal(other.log.size, 3)
    network.stop()
  })

  test('a change of the authority key reaches those who see it and those who were away', async () => {
    const network = new TrustSyncNetwork('rotation')
    const { authority, random, log } = network.trust
    const first = await network.join(log)
    const there = await network.join()
    const next = PrivateKey.generate(random)
    await authority.decide(prepareKey(log.network, next))
    await authority.activateKey(next)
    await network.enroll('alice')
    await settle()
    const late = await network.join()
    accepted(await late.sync.pull(first.overlay.nodeId))
    for (const node of [there, late]) {
      assert.ok(node.log.state.isSigningKey(next.publicKey))
      assert.deepEqual(node.log.head().bytes, log.head().bytes)
    }
    network.stop()
  })

  test('a larger checkpoint of a key that the entries do not put in charge changes nothing', async () => {
    const network = new TrustSyncNetwork('usurper')
    const { log, random, clock } = network.trust
    await network.enroll('alice')
    const { log: victim } = await network.join()
    const usurper = PrivateKey.generate(random)
    const head = { ...log.head().checkpoint, time: clock.now() }
    const checkpoint = sealCheckpoint({ ...head, version: 1 }, usurper)
    assert.equal(accepted(victim.judgeCheckpoint(checkpoint)).relation, 'ahead')
    const taken = victim.advance({ checkpoint, entries: log.entries(1, log.size) })
    assert.equal(taken.ok ? 'taken' : taken.fault, 'TRUST_SIGNER_NOT_ENTITLED')
    assert.equal(victim.size, 1)
    network.stop()
  })

  test('a lost announcement is made up for by comparing with a random peer', async () => {
    const network = new TrustSyncNetwork('lost')
    const authority = await network.join(network.trust.log)
    const other = await network.join()
    network.memory.intercept(other.overlay.nodeId, async () => refuse('TIMEOUT'))
    await network.enroll('alice')
    await settle()
    assert.equal(other.log.size, 1)
    network.memory.intercept(other.overlay.nodeId, undefined)
    network.trust.clock.advance(LIMITS.syncIntervalMs)
    await settle()
    assert.equal(other.log.size, authority.log.size)
    network.stop()
  })

  test('a fresher checkpoint of the same size is taken over', async () => {
    const network = new TrustSyncNetwork('fresh')
    await network.join(network.trust.log)
    const other = await network.join()
    network.trust.clock.advance(1000)
    network.trust.authority.resign()
    await settle()
    assert.deepEqual(other.log.head().bytes, network.trust.log.head().bytes)
    network.stop()
  })

  test('more entries than one page holds come in several', async () => {
    const network = new TrustSyncNetwork('pages')
    const authority = await network.join(network.trust.log)
    const members = LIMITS.syncEntriesMax / 2 + 1
    for (let i = 0; i < members; i++) await network.enroll(`m${i}`)
    const late = await network.join()
    assert.deepEqual(await late.sync.pull(authority.overlay.nodeId), accept({ added: 2 * members }))
    network.stop()
  })
})

describe('[SR-CFG-2] a peer that does not tell the truth changes nothing', {
  timeout: 30_000
}, () => {
  /** Replaces the answers of one kind that the peer gives. */
  async function pullFromLiar(
    ask: TrustRequest['ask'],
    lie: (truth: TrustResponse) => TrustResponse
  ) {
    const network = new TrustSyncNetwork(`liar-${ask}`)
    const liar = await network.join(network.trust.log)
    await network.enroll('alice')
    await network.enroll('bob')
    const asked: string[] = []
    network.memory.intercept(liar.overlay.nodeId, async (call) => {
      const request = call.request as TrustRequest
      asked.push(request.ask)
      const truth = await call.pass()
      return truth.ok && request.ask === ask ? accept(lie(truth.value as TrustResponse)) : truth
    })
    const victim = await network.join()
    const outcome = await victim.sync.pull(liar.overlay.nodeId)
    network.stop()
    return { outcome, size: victim.log.size, asked }
  }

  test('an answer to another question is refused as MESSAGE_MALFORMED', async () => {
    const { outcome, size } = await pullFromLiar('head', () => ({ ask: 'entries', entries: [] }))
    assert.equal(outcome.ok ? '' : outcome.fault, 'MESSAGE_MALFORMED')
    assert.equal(size, 1)
  })

  test('a checkpoint of another authority is refused as WRONG_NETWORK', async () => {
    const checkpoint = createTestNetwork('other').log.head().bytes
    const { outcome, size } = await pullFromLiar('head', () => ({ ask: 'head', checkpoint }))
    assert.equal(outcome.ok ? '' : outcome.fault, 'WRONG_NETWORK')
    assert.equal(size, 1)
  })

  test('a wrong consistency proof is refused as TRUST_PROOF_INVALID before entries are fetched', async () => {
    const { outcome, size, asked } = await pullFromLiar('consistency', () => ({
      ask: 'consistency',
      proof: [new Uint8Array(32)]
    }))
    assert.equal(outcome.ok ? '' : outcome.fault, 'TRUST_PROOF_INVALID')
    assert.equal(size, 1)
    assert.deepEqual(asked, ['head', 'consistency'])
  })

  test('entries that were changed are refused', async () => {
    const { outcome, size } = await pullFromLiar('entries', (truth) => {
      if (truth.ask !== 'entries') return truth
      const entries = truth.entries.map((entry) => Uint8Array.from(entry))
      const last = entries.at(-1)
      if (last !== undefined) last[last.length - 1] = (last[last.length - 1] ?? 0) ^ 1
      return { ask: 'entries', entries }
    })
    assert.equal(outcome.ok ? '' : outcome.fault, 'SIGNATURE_INVALID')
    assert.equal(size, 1)
  })

  test('entries that were left out or never come are refused', async () => {
    const none = await pullFromLiar('entries', () => ({ ask: 'entries', entries: [] }))
    assert.equal(none.outcome.ok ? '' : none.outcome.fault, 'TRUST_ENTRY_NOT_FOUND')
    const more = await pullFromLiar('entries', (truth) =>
      truth.ask === 'entries'
        ? { ask: 'entries', entries: [...truth.entries, ...truth.entries] }
        : truth
    )
    assert.equal(more.outcome.ok ? '' : more.outcome.fault, 'TRUST_ENTRY_INVALID')
    assert.equal(more.size, 1)
  })
})

describe('the answer to a question about the trust log', () => {
  const { log } = createTestNetwork('answers')

  test('a range beyond the log is refused as TRUST_ENTRY_NOT_FOUND', () => {
    for (const [from, to] of [
      [0, 2],
      [1, 0],
      [5, 6]
    ] as const) {
      for (const ask of ['entries', 'consistency'] as const) {
        const answer = answerTrustRequest(log, { ask, from, to })
        assert.deepEqual(answer, refuse('TRUST_ENTRY_NOT_FOUND'))
      }
    }
  })

  test('a page never grows beyond half of what an answer may hold', () => {
    const entry = new Uint8Array(LIMITS.trustEntryBytesMax)
    const source = {
      size: 1000,
      head: () => log.head(),
      entries: (from: number, to: number) => Array.from({ length: to - from }, () => entry),
      consistencyProof: () => []
    }
    const answer = accepted(answerTrustRequest(source, { ask: 'entries', from: 0, to: 1000 }))
    assert.equal(answer.ask, 'entries')
    const count = answer.ask === 'entries' ? answer.entries.length : 0
    assert.equal(count, Math.floor(LIMITS.responseBytesMax / 2 / LIMITS.trustEntryBytesMax))
  })
})
