import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { refuse } from '../../../src/encoding/verdict.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import { createProposalBook, createProposals } from '../../../src/protocols/proposals/index.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createProposalStore } from '../../../src/storage/proposal-store.ts'
import { sealApproval, sealRejection, statementDigest } from '../../../src/trust/approval.ts'
import type { Statement } from '../../../src/trust/entry.ts'
import { openProposal, sealProposal } from '../../../src/trust/proposal.ts'
import { MemoryNetwork } from '../../support/memory-overlay.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { accepted, createTestNetwork } from '../../support/trust-network.ts'
import { settle } from '../../support/trust-sync-network.ts'

const REMOVE_CARL: Statement = {
  ...{ type: 'revoked', reason: '', approvals: [] },
  target: { by: 'member', value: 'carl' }
}

/** A network in which alice and bob are asked, and a node that knows it. */
async function scene(seed: string) {
  const test = createTestNetwork(seed)
  const { authority, random, log, clock } = test
  const keys = new Map<string, PrivateKey>()
  for (const member of ['alice', 'bob', 'carl']) {
    const key = PrivateKey.generate(random)
    keys.set(member, key)
    const { publicKey } = key
    const how = { method: 'invite', assurance: 1, invite: '', groups: [] }
    await authority.enroll({ member, node: 'one', publicKey, ...how })
  }
  const members = ['alice', 'bob']
  await authority.decide({ type: 'approvers-set', members, threshold: 2, approvals: [] })
  const store = createProposalStore(openDatabase(':memory:'))
  const load = () => createProposalBook({ network: log.network, state: log.state, store, clock })
  const keyOf = (member: string) => keys.get(member) ?? assert.fail(member)
  const seal = (by: PrivateKey, change: object = {}) =>
    sealProposal(
      {
        ...{ network: log.network, proposal: random.bytes(16), statement: REMOVE_CARL },
        ...{ createdAt: clock.now(), expiresAt: clock.now() + 60_000 },
        ...change
      },
      by
    )
  const vote = (bytes: Uint8Array) => {
    const { nonce: proposal, statement, expiresAt } = accepted(openProposal(bytes, log.network))
    return { network: log.network, proposal, statement: statementDigest(statement), expiresAt }
  }

  /** A node of each member, in a line, and what each has heard of. */
  async function line() {
    const memory = new MemoryNetwork()
    const nodes = await Promise.all(
      [...keys].map(async ([member, key]) => {
        const overlay = memory.join({ nodeId: nodeIdOf(key.publicKey), member, node: 'one' })
        const db = openDatabase(':memory:')
        const parts = { network: log.network, state: log.state, clock }
        const book = createProposalBook({ ...parts, store: createProposalStore(db) })
        const proposals = createProposals({
          ...{ ...parts, overlay, book, key, scheduler: clock, logger: silentLogger },
          ...{ random: seededRandom(member), onNews: () => {} }
        })
        await proposals.start()
        return { overlay, book, proposals }
      })
    )
    const [first, , last] = nodes
    assert.ok(first && last)
    await first.overlay.disconnect(last.overlay.nodeId, 'DISCONNECTED')
    return { memory, nodes }
  }

  return { ...test, load, keyOf, seal, vote, line, book: load() }
}

const bare = (proposal: Uint8Array) => ({ proposal, approvals: [], rejections: [] })

describe('[SR-CFG-1] the proposals that a node keeps', () => {
  test('are those of the authority and of approvers, about what needs consent, in time', async () => {
    const { book, seal, key, keyOf, clock, random } = await scene('proposers')
    const fault = (bytes: Uint8Array) => {
      const learned = book.learn(bare(bytes))
      return learned.ok ? undefined : learned.fault
    }
    assert.equal(fault(seal(key)), undefined)
    assert.equal(fault(seal(keyOf('alice'))), undefined)
    assert.equal(fault(seal(keyOf('carl'))), 'NOT_AN_APPROVER')
    assert.equal(fault(seal(PrivateKey.generate(random))), 'NOT_AN_APPROVER')
    const harmless = { type: 'member-resumed', member: 'carl' }
    assert.equal(fault(seal(key, { statement: harmless })), 'MESSAGE_MALFORMED')
    assert.equal(fault(seal(key, { network: 'a'.repeat(52) })), 'WRONG_NETWORK')
    const week = clock.now() + LIMITS.proposalLifetimeMs + 1
    assert.equal(fault(seal(key, { expiresAt: week })), 'MESSAGE_MALFORMED')
    const past = { createdAt: clock.now() - 2, expiresAt: clock.now() - 1 }
    assert.equal(fault(seal(key, past)), 'APPROVAL_EXPIRED')
    const future = { createdAt: clock.now() + LIMITS.clockSkewMs + 1, expiresAt: week - 1 }
    assert.equal(fault(seal(key, future)), 'CLOCK_BACKWARD')
    const spoiled = seal(key)
    spoiled[spoiled.length - 1] = (spoiled.at(-1) ?? 0) ^ 1
    assert.equal(fault(spoiled), 'SIGNATURE_INVALID')
    while (book.open().length < LIMITS.proposalsMax) assert.equal(fault(seal(key)), undefined)
    assert.equal(fault(seal(key)), 'TOO_MANY_PROPOSALS')
    clock.advance(60_001)
    assert.deepEqual(book.open(), [])
  })

  test('count one vote of each approver, for exactly this proposal, also after a restart', async () => {
    const { book, load, seal, key, keyOf, vote } = await scene('votes')
    const proposal = seal(key)
    const content = vote(proposal)
    const other = vote(seal(key))
    const approvals = [
      sealApproval(content, keyOf('alice')),
      sealApproval(content, keyOf('alice')),
      sealApproval(content, keyOf('carl')),
      sealApproval(other, keyOf('bob')),
      sealRejection(content, keyOf('bob'))
    ]
    assert.ok(accepted(book.learn({ proposal, approvals, rejections: [] })).taken)
    const rejections = [sealRejection(content, keyOf('bob'))]
    assert.ok(accepted(book.learn({ proposal, approvals: [], rejections })).taken)
    assert.ok(!accepted(book.learn({ proposal, approvals, rejections })).taken)
    for (const kept of [book, load()]) {
      const [known] = kept.open()
      assert.deepEqual([...(known?.approvals.keys() ?? [])], ['alice'])
      assert.deepEqual([...(known?.rejections.keys() ?? [])], ['bob'])
    }
  })

  test('are forgotten once they are an entry, and never come back', async () => {
    const { book, seal, key, keyOf, vote, authority } = await scene('carried')
    const proposal = seal(key)
    const content = vote(proposal)
    const approvals = ['alice', 'bob'].map((member) => sealApproval(content, keyOf(member)))
    const item = { proposal, approvals, rejections: [] }
    accepted(book.learn(item))
    await authority.decide({ ...REMOVE_CARL, approvals } as Statement)
    assert.deepEqual(book.open(), [])
    const again = book.learn(item)
    assert.equal(again.ok ? '' : again.fault, 'APPROVAL_USED')
  })

  test('come to every approver with all votes, although a fifth of the messages is lost', async () => {
    const { line, key, clock } = await scene('loss')
    const { memory, nodes } = await line()
    const random = seededRandom('loss')
    for (const { overlay } of nodes) {
      memory.intercept(overlay.nodeId, async (call) =>
        (random.bytes(1)[0] ?? 0) < 51 ? refuse('TIMEOUT') : await call.pass()
      )
    }
    const [alice, bob] = nodes.map(({ proposals }) => proposals)
    const { id } = alice?.propose(REMOVE_CARL, key) ?? assert.fail()
    const pass = async () => {
      for (let ms = 0; ms < 5000; ms += 100) {
        clock.advance(100)
        await settle()
      }
    }
    await pass()
    alice?.vote(id, 'approval')
    bob?.vote(id, 'rejection')
    await pass()
    for (const { book } of nodes) {
      assert.deepEqual([...(book.get(id)?.approvals.keys() ?? [])], ['alice'])
      assert.deepEqual([...(book.get(id)?.rejections.keys() ?? [])], ['bob'])
    }
  })
})
