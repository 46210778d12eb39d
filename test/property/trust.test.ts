import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { type NodeId, nodeIdOf } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { parseEntry } from '../../src/trust/entry.ts'
import type { KindDeclaration } from '../../src/trust/kind-declaration.ts'
import { TrustState } from '../../src/trust/state.ts'
import { TrustLog } from '../../src/trust/trust-log.ts'
import { FakeTime } from '../support/fake-time.ts'
import { seededRandom } from '../support/seeded-random.ts'
import {
  accepted,
  memoryTrustStore,
  type Statement,
  TestHistory
} from '../support/trust-network.ts'

const NAMES = ['anna', 'ben', 'carl']

/** Small domains, so that random steps often collide: known, unknown, taken and revoked targets. */
const stepArbitrary = fc.record({
  what: fc.constantFrom(
    'member',
    'node',
    'change',
    'suspend',
    'resume',
    'kind',
    'retire',
    'policy',
    'revoke-member',
    'revoke-node',
    'revoke-serial'
  ),
  member: fc.constantFrom(...NAMES),
  node: fc.constantFrom('one', 'two'),
  key: fc.nat(5),
  elapsed: fc.nat(1000)
})
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never

const keys = seededRandom('keys')
const stranger = PrivateKey.generate(keys)
const NODE_IDS: readonly NodeId[] = Array.from({ length: 6 }, () =>
  nodeIdOf(PrivateKey.generate(keys).publicKey)
)

function statement(history: TestHistory, step: Step): Statement {
  const { what, member, node, key } = step
  const nodeId = NODE_IDS[key] ?? assert.fail()
  const serial = `${key}`.padStart(32, '0')
  const reason = 'test'
  switch (what) {
    case 'member':
      return { type: 'member-added', attributes: {}, member, groups: [node] }
    case 'node':
      return history.enrollment(member, node, { nodeId, serial })
    case 'change':
      return { type: 'member-changed', member, groups: [node], attributes: { key: `${key}` } }
    case 'suspend':
      return { type: 'member-suspended', member, reason }
    case 'resume':
      return { type: 'member-resumed', member }
    case 'kind':
      return { type: 'kind-set', kind: kindOf(node, key) }
    case 'retire':
      return { type: 'kind-retired', kind: node }
    case 'policy':
      return { type: 'policy-set', text: member, approvals: [] }
    case 'revoke-member':
      return { type: 'revoked', approvals: [], target: { by: 'member', value: member }, reason }
    case 'revoke-node':
      return { type: 'revoked', approvals: [], target: { by: 'node', value: nodeId }, reason }
    default:
      return { type: 'revoked', approvals: [], target: { by: 'serial', value: serial }, reason }
  }
}

function kindOf(name: string, key: number): KindDeclaration {
  return {
    name,
    model: key < 3 ? 'single' : 'dictionary',
    writers: { by: 'owner' },
    readers: { by: 'network' },
    valueBytesMax: 1 + key,
    recordsMax: 1,
    lifetimeMs: LIMITS.kindLifetimeMinMs,
    versionsKept: 1,
    copies: 8,
    quorum: 2,
    ofRevoked: 'drop'
  }
}

/** A history of those steps that the rules allow, and the state they lead to. */
function play(steps: readonly Step[]) {
  const history = new TestHistory('property')
  const state = new TrustState()
  accepted(state.apply(accepted(parseEntry(history.genesis.entry))))
  for (const step of steps) {
    history.time += step.elapsed
    const entry = history.next(statement(history, step))
    if (state.apply(accepted(parseEntry(entry))).ok) history.entries.push(entry)
  }
  return { history, state }
}

function describeState(state: TrustState) {
  const { size, time, network } = state
  const revocations = state.nodes().map((node) => state.revocationOf(node))
  return structuredClone({
    size,
    time,
    network,
    keys: state.authorityKeys.map((key) => key.bytes),
    members: state.members(),
    nodes: state.nodes(),
    live: state.liveNodes(),
    exclusions: state.nodes().map((node) => state.exclusionOf(node)),
    kinds: state.kinds(),
    policy: state.policy,
    revocations
  })
}

const historyArbitrary = fc.array(stepArbitrary, { maxLength: 25 })
const RUNS = { numRuns: 60 }

describe('any history that the rules allow', () => {
  test('[SR-CFG-1] folds to the same state in one go, in parts, and when loaded', () => {
    fc.assert(
      fc.property(historyArbitrary, fc.nat(), (steps, cut) => {
        const { history, state } = play(steps)
        const expected = describeState(state)
        const clock = new FakeTime(history.time)
        const { network, genesis, entries } = history
        const store = memoryTrustStore()
        const log = accepted(TrustLog.create(store, { clock, network, genesis }))
        for (const size of [1 + (cut % entries.length), entries.length]) {
          accepted(
            log.advance({ checkpoint: history.checkpoint(size), entries: entries.slice(0, size) })
          )
        }
        assert.deepEqual(describeState(log.state), expected)
        assert.deepEqual(describeState(TrustLog.load(store, { clock }).state), expected)
      }),
      RUNS
    )
  })

  test('never has two live nodes of one name, nor a node or member live after its revocation', () => {
    fc.assert(
      fc.property(historyArbitrary, (steps) => {
        const { state } = play(steps)
        const live = state.liveNodes()
        assert.equal(new Set(live.map(({ member, node }) => `${member}/${node}`)).size, live.length)
        for (const node of live) {
          assert.ok(!state.isExcluded(node))
          assert.equal(state.member(node.member)?.revoked, undefined)
          assert.equal(state.member(node.member)?.suspended, undefined)
        }
        const dead = state.nodes().filter((node) => !live.includes(node))
        assert.ok(dead.every((node) => state.isExcluded(node)))
      }),
      RUNS
    )
  })

  test('[SR-CFG-1] takes no entry of a wrong signer, index, network or time', () => {
    const other = new TestHistory('other').network
    fc.assert(
      fc.property(historyArbitrary, stepArbitrary, fc.nat(100), (steps, step, distance) => {
        const { history, state } = play(steps)
        const before = describeState(state)
        const right = statement(history, step)
        const index = history.entries.length
        const wrong = [
          history.next(right, stranger),
          history.next({ ...right, index: index + 1 + distance } as Statement),
          history.next({ ...right, index: Math.max(0, index - 1 - distance) } as Statement),
          history.next({ ...right, network: other } as Statement),
          history.next({ ...right, time: state.time - 1 - distance } as Statement)
        ]
        for (const entry of wrong) {
          assert.equal(state.apply(accepted(parseEntry(entry))).ok, false)
        }
        assert.deepEqual(describeState(state), before)
      }),
      RUNS
    )
  })

  test('[SR-CFG-1] takes nothing in which a bit was flipped on the way', () => {
    fc.assert(
      fc.property(historyArbitrary, fc.nat(), fc.nat(), (steps, which, bit) => {
        const { history } = play(steps)
        const { network, genesis } = history
        const clock = new FakeTime(history.time)
        const log = accepted(TrustLog.create(memoryTrustStore(), { clock, network, genesis }))
        history.addMember('last')
        const parts = [history.checkpoint(), ...history.entries.slice(1)].map((p) => p.slice())
        const part = parts[which % parts.length] ?? assert.fail()
        const at = bit % (part.length * 8)
        part[at >> 3] = (part[at >> 3] ?? 0) ^ (1 << (at & 7))
        const [checkpoint = part, ...entries] = parts
        assert.equal(log.advance({ checkpoint, entries }).ok, false)
        assert.equal(log.size, 1)
        assert.equal(log.state.size, 1)
      }),
      RUNS
    )
  })

  test('[SR-CFG-4] with the same authority but another past is never taken over', () => {
    fc.assert(
      fc.property(historyArbitrary, historyArbitrary, (ours, theirs) => {
        const one = play([...ours]).history
        const two = play([...theirs]).history
        one.addMember('only-here')
        two.addMember('only-there')
        const clock = new FakeTime(Math.max(one.time, two.time))
        const { network, genesis } = one
        const log = accepted(TrustLog.create(memoryTrustStore(), { clock, network, genesis }))
        accepted(log.advance({ checkpoint: one.checkpoint(), entries: one.entries }))
        const root = log.head().checkpoint.root
        const verdict = log.advance({ checkpoint: two.checkpoint(), entries: two.entries })
        assert.equal(verdict.ok, false)
        assert.deepEqual(log.head().checkpoint.root, root)
      }),
      RUNS
    )
  })
})
