import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { DOMAINS } from '../../src/crypto/domains.ts'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { sealEnvelope } from '../../src/crypto/envelope.ts'
import { concatBytes } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { LIMITS } from '../../src/limits.ts'
import { keyStep, prepareKey } from '../../src/trust/authority.ts'
import { parseEntry } from '../../src/trust/entry.ts'
import { TrustState } from '../../src/trust/state.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { accepted, type Statement, TestHistory } from '../support/trust-network.ts'

const random = seededRandom('signers')
const OTHERS = Array.from({ length: 3 }, () => PrivateKey.generate(random))

/** Steps of authority keys among other decisions, each signed by any of the keys that there are. */
const stepArbitrary = fc.record({
  what: fc.constantFrom('prepare', 'activate', 'taint', 'revoke', 'member', 'policy'),
  about: fc.nat(OTHERS.length),
  /** Above the number of keys: whoever is in charge. */
  signer: fc.nat(3 * OTHERS.length)
})
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never

function statement(history: TestHistory, first: PrivateKey, { what, about }: Step): Statement {
  const key = [first, ...OTHERS][about] ?? first
  if (what === 'prepare') return prepareKey(history.network, key)
  if (what === 'activate') return keyStep('activated', key.publicKey)
  if (what === 'taint') return keyStep('tainted', key.publicKey)
  if (what === 'revoke') return keyStep('revoked', key.publicKey)
  if (what === 'policy') return { type: 'policy-set', text: `policy ${about}`, approvals: [] }
  const member = `member-${history.entries.length}`
  return { type: 'member-added', member, groups: [], attributes: {} }
}

function begin() {
  const history = new TestHistory('signers')
  const first = history.key
  const states = [new TrustState(), new TrustState()] as const
  for (const state of states) accepted(state.apply(accepted(parseEntry(history.genesis.entry))))
  return { history, first, states }
}

const entryAt = ({ entries }: TestHistory, index: number) => entries[index] ?? assert.fail()

describe('[SR-CFG-1] any history of authority keys', () => {
  test('takes entries of the key in charge only, and all nodes say the same', () => {
    let taken = 0
    fc.assert(
      fc.property(fc.array(stepArbitrary, { minLength: 10, maxLength: 30 }), (steps) => {
        const { history, first, states } = begin()
        const [state, other] = states
        for (const step of steps) {
          const keys = [first, ...OTHERS]
          const inCharge = keys.find((key) => state.isSigningKey(key.publicKey)) ?? assert.fail()
          const signer = keys[step.signer] ?? inCharge
          const entry = history.next(statement(history, first, step), signer)
          const isInCharge = state.isSigningKey(signer.publicKey)
          const verdicts = [state, other].map((each) => each.apply(accepted(parseEntry(entry))))
          const [verdict, same] = verdicts
          assert.deepEqual(verdict, same)
          if (!isInCharge)
            assert.equal(verdict?.ok ? '' : verdict?.fault, 'TRUST_SIGNER_NOT_ENTITLED')
          if (verdict?.ok !== true) continue
          taken++
          history.entries.push(entry)
        }
        // A node that comes later takes exactly what the others took.
        const late = new TrustState()
        for (const entry of history.entries) accepted(late.apply(accepted(parseEntry(entry))))
        assert.deepEqual(late.keyHistory(), state.keyHistory())
        assert.deepEqual(late.members(), state.members())
        assert.ok(state.keyHistory().filter(({ standing }) => standing === 'active').length === 1)
      }),
      { numRuns: 60 }
    )
    assert.ok(taken > 50, `${taken} entries were taken`)
  })

  test('has no place for an entry twice, in another order, or one that was left out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), fc.nat(), (count, a, b) => {
        const { history } = begin()
        for (let i = 0; i < count; i++) history.addMember(`member-${i}`)
        const [i, j] = [1 + (a % count), 1 + (b % count)]
        const wrong = [
          // Replayed after the end, exchanged with another, and missing.
          [...history.entries, entryAt(history, i)],
          history.entries.with(i, entryAt(history, j)).with(j, entryAt(history, i)),
          history.entries.toSpliced(i, 1)
        ]
        for (const [k, entries] of wrong.entries()) {
          const state = new TrustState()
          const isTaken = entries.every((entry) => state.apply(accepted(parseEntry(entry))).ok)
          // The last one left out is a shorter history, and one exchanged with itself the same.
          const isHarmless = (k === 1 && i === j) || (k === 2 && i === count)
          assert.equal(isTaken, isHarmless)
        }
      }),
      { numRuns: 60 }
    )
  })

  test('takes no valid signature over bytes in another form, of no type, or too many', () => {
    const { history, first } = begin()
    const stamp = { version: 1, network: history.network, index: 1, time: history.time }
    const member = { ...stamp, type: 'member-added', member: 'anna', groups: [], attributes: {} }
    const seal = (payload: Uint8Array) => sealEnvelope(DOMAINS.trustEntry, payload, first)
    const canonical = encodeCbor(member)
    assert.ok(parseEntry(seal(canonical)).ok)
    // The head of the map, spelled in one byte more than needed: the same map to a lax reader.
    const longer = concatBytes([
      Uint8Array.of(0xb8, (canonical[0] ?? 0) & 0x1f),
      canonical.subarray(1)
    ])
    const unknown = encodeCbor({ ...member, type: 'member-gone' })
    const trailing = concatBytes([canonical, Uint8Array.of(0)])
    for (const payload of [longer, unknown, trailing]) {
      const parsed = parseEntry(seal(payload))
      assert.equal(parsed.ok ? 'accepted' : parsed.fault, 'MESSAGE_MALFORMED')
    }
    const large = parseEntry(seal(new Uint8Array(LIMITS.trustEntryBytesMax)))
    assert.equal(large.ok ? 'accepted' : large.fault, 'MESSAGE_TOO_LARGE')
  })
})
