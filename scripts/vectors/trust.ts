/**
 * Writes test/vectors/trust.json, the golden bytes of docs/protocol/trust-log.md. Everything in it
 * follows from one seed: run again, it gives the same file.
 *
 *     node scripts/vectors/trust.ts
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode, rfc8949EncodeOptions } from 'cborg'
import { DOMAINS } from '../../src/crypto/domains.ts'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { sealEnvelope } from '../../src/crypto/envelope.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { LIMITS } from '../../src/limits.ts'
import { parseEntry, type TrustEntry } from '../../src/trust/entry.ts'
import { leafHash, MerkleTree, memoryHashStore } from '../../src/trust/merkle.ts'
import { accepted, type Statement, TestHistory } from '../../test/support/trust-network.ts'

const PAIRS = [
  [0, 1],
  [0, 8],
  [5, 8],
  [2, 3],
  [1, 5],
  [6, 7]
] as const

export function createTrustVectors() {
  const history = new TestHistory('vectors')
  const stranger = PrivateKey.generate(history.random)
  return {
    about: 'docs/protocol/trust-log.md; bytes are hex; keys are for tests only',
    authoritySeed: toHex(history.key.exportSeed()),
    network: history.network,
    merkle: merkleVectors(),
    ...logVectors(history, stranger)
  }
}

function merkleVectors() {
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '6061626364656667'
  ]
  const tree = new MerkleTree(memoryHashStore(), 0)
  for (const input of inputs) tree.append(leafHash(Buffer.from(input, 'hex')))
  const inclusion = PAIRS.map(([index, size]) => ({
    index,
    size,
    proof: tree.inclusionProof(index, size).map(toHex)
  }))
  const consistency = PAIRS.map(([from, to]) => ({
    from,
    to,
    proof: tree.consistencyProof(from, to).map(toHex)
  }))
  const [first = '', ...rest] = inclusion[1]?.proof ?? []
  return {
    inputs,
    leafHashes: inputs.map((input) => toHex(leafHash(Buffer.from(input, 'hex')))),
    roots: Array.from({ length: inputs.length + 1 }, (_, size) => toHex(tree.root(size))),
    inclusion,
    consistency,
    wrongInclusion: [
      { why: 'a hash is missing', index: 0, size: 8, proof: rest },
      { why: 'a hash is left over', index: 0, size: 8, proof: [first, ...rest, first] },
      { why: 'of another leaf', index: 1, size: 8, proof: [first, ...rest] },
      { why: 'of another size', index: 0, size: 9, proof: [first, ...rest] }
    ],
    wrongConsistency: [
      { why: 'a hash is missing', from: 1, to: 8, proof: rest },
      { why: 'between equal sizes', from: 8, to: 8, proof: [first] },
      { why: 'from a larger size', from: 8, to: 1, proof: [] },
      { why: 'of another size', from: 2, to: 8, proof: [first, ...rest] }
    ]
  }
}

function logVectors(history: TestHistory, stranger: PrivateKey) {
  history.addMember('anna', ['staff', 'ops'])
  const laptop = history.addNode('anna', 'laptop')
  history.add(history.enrollment('anna', 'phone', { invite: '0123456789abcdef' }))
  history.time += 1000
  history.addMember('ben')
  history.add({
    type: 'revoked',
    approvals: [],
    target: { by: 'node', value: laptop },
    reason: 'lost'
  })
  history.add({
    type: 'member-changed',
    member: 'anna',
    groups: ['ops'],
    attributes: { site: 'oslo', clearance: '2' }
  })
  history.add({ type: 'member-suspended', member: 'ben', reason: 'audit' })
  history.add({ type: 'member-resumed', member: 'ben' })
  history.add({
    type: 'kind-set',
    kind: {
      name: 'profile',
      model: 'dictionary',
      writers: { by: 'groups', names: ['ops', 'staff'] },
      readers: { by: 'network' },
      valueBytesMax: 1024,
      recordsMax: 4,
      lifetimeMs: 86_400_000,
      versionsKept: 2,
      copies: 8,
      quorum: 2,
      ofRevoked: 'drop'
    }
  })
  history.add({ type: 'policy-set', text: 'permit(principal, action, resource);', approvals: [] })
  history.add({ type: 'approvers-set', members: ['anna'], threshold: 1, approvals: [] })
  history.add({ type: 'kind-retired', kind: 'profile' })
  const rules = ruleVectors(history, stranger)
  const member: Statement = { type: 'member-added', attributes: {}, member: 'carl', groups: [] }
  return {
    /** The whole log, in order. */
    entries: history.entries.map((bytes) => {
      const { entry, hash } = accepted(parseEntry(bytes))
      return { bytes: toHex(bytes), hash: toHex(hash), entry: asJson(entry) }
    }),
    invalidEntries: invalidEntries(history.next(member), history.key),
    /** Each is the next entry of the log above, and none may follow it. */
    refusedEntries: rules,
    checkpoints: [1, 3, history.entries.length].map((size) => ({
      size,
      time: history.time,
      bytes: toHex(history.checkpoint(size))
    })),
    invalidCheckpoints: invalidCheckpoints(history, stranger)
  }
}

function ruleVectors(history: TestHistory, stranger: PrivateKey) {
  const revoke = (by: string, value: string): Statement =>
    ({ type: 'revoked', approvals: [], target: { by, value }, reason: '' }) as Statement
  const carl: Statement = { type: 'member-added', attributes: {}, member: 'carl', groups: [] }
  const nodes = history.entries.map((bytes) => accepted(parseEntry(bytes)).entry)
  const laptop = nodes[2]?.type === 'node-enrolled' ? nodes[2] : undefined
  if (laptop === undefined) throw new Error('the third entry enrolls the laptop')
  const { nodeId, serial } = laptop
  const cases: [why: string, fault: string, rule: string, bytes: Uint8Array][] = [
    ['signed by a stranger', 'TRUST_SIGNER_NOT_ENTITLED', '', history.next(carl, stranger)],
    [
      'of another network',
      'WRONG_NETWORK',
      '',
      history.next({ ...carl, network: new TestHistory('other').network } as Statement)
    ],
    ['a second genesis', 'TRUST_ENTRY_INVALID', 'genesis-once', history.genesis.entry],
    ...(
      [
        ['with a gap before it', 'index-next', { ...carl, index: 99 }],
        ['dated before the previous entry', 'time-forward', { ...carl, time: history.time - 1 }],
        ['a member added twice', 'member-new', { ...carl, member: 'anna' }],
        ['a node of nobody', 'member-exists', history.enrollment('carl', 'one')],
        ['a node enrolled twice', 'node-new', history.enrollment('ben', 'one', { nodeId })],
        ['a node name in use', 'node-name-free', history.enrollment('anna', 'phone')],
        ['a serial used twice', 'serial-new', history.enrollment('ben', 'one', { serial })],
        [
          'an invite used twice',
          'invite-once',
          history.enrollment('ben', 'one', { invite: '0123456789abcdef' })
        ],
        [
          'a certificate that ends at once',
          'end-after-start',
          history.enrollment('ben', 'one', { notAfter: history.time })
        ],
        ['nobody revoked', 'target-exists', revoke('member', 'carl')],
        ['a member removed without consent', 'approved', revoke('member', 'ben')],
        ['a node revoked twice', 'target-live', revoke('node', nodeId)],
        ['a serial of a revoked node', 'target-live', revoke('serial', serial)]
      ] as const
    ).map(([why, rule, statement]): [string, string, string, Uint8Array] => [
      why,
      'TRUST_ENTRY_INVALID',
      rule,
      history.next(statement as Statement)
    ])
  ]
  return cases.map(([why, fault, rule, bytes]) => ({ why, fault, rule, bytes: toHex(bytes) }))
}

function invalidEntries(valid: Uint8Array, key: PrivateKey) {
  const { entry } = accepted(parseEntry(valid))
  const seal = (
    value: unknown,
    domain: (typeof DOMAINS)['trustEntry' | 'record'] = DOMAINS.trustEntry
  ) => sealEnvelope(domain, encode(value, rfc8949EncodeOptions), key)
  const flipped = Uint8Array.from(valid)
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
  // The same map with its keys in another order: not the one encoding (RFC 8949 §4.2.1).
  const payload = encodeCbor({ a: 1, b: 2 })
  const unsorted = Uint8Array.of(0xa2, ...payload.slice(4), ...payload.slice(1, 4))
  const cases: [why: string, fault: string, bytes: Uint8Array][] = [
    ['empty', 'MESSAGE_MALFORMED', new Uint8Array()],
    ['cut off', 'MESSAGE_MALFORMED', valid.slice(0, -1)],
    ['a byte left over', 'MESSAGE_MALFORMED', Uint8Array.of(...valid, 0)],
    ['a bit of the signature flipped', 'SIGNATURE_INVALID', flipped],
    ['signed for another domain', 'MESSAGE_MALFORMED', seal(entry, DOMAINS.record)],
    ['another version', 'MESSAGE_MALFORMED', seal({ ...entry, version: 2 })],
    ['an unknown type', 'MESSAGE_MALFORMED', seal({ ...entry, type: 'member-gone' })],
    ['an unknown field', 'MESSAGE_MALFORMED', seal({ ...entry, more: 1 })],
    ['a name that is no label', 'MESSAGE_MALFORMED', seal({ ...entry, member: 'Carl' })],
    ['a float', 'MESSAGE_MALFORMED', seal({ ...entry, time: 1.5 })],
    ['map keys out of order', 'MESSAGE_MALFORMED', sealEnvelope(DOMAINS.trustEntry, unsorted, key)],
    ['too large', 'MESSAGE_TOO_LARGE', new Uint8Array(LIMITS.trustEntryBytesMax + 1)]
  ]
  return cases.map(([why, fault, bytes]) => ({ why, fault, bytes: toHex(bytes) }))
}

function invalidCheckpoints(history: TestHistory, stranger: PrivateKey) {
  const valid = history.checkpoint()
  const flipped = Uint8Array.from(valid)
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
  const network = new TestHistory('other').network
  const size = history.entries.length
  const root = leafHash(new Uint8Array())
  const cases: [why: string, fault: string, bytes: Uint8Array][] = [
    ['empty', 'CHECKPOINT_MALFORMED', new Uint8Array()],
    ['size 0', 'CHECKPOINT_MALFORMED', history.checkpoint(size, { size: 0 })],
    ['a short root', 'CHECKPOINT_MALFORMED', history.checkpoint(size, { root: root.slice(1) })],
    ['a trust entry', 'CHECKPOINT_MALFORMED', history.genesis.entry],
    ['a bit of the signature flipped', 'SIGNATURE_INVALID', flipped],
    ['too large', 'CHECKPOINT_MALFORMED', new Uint8Array(LIMITS.checkpointBytesMax + 1)],
    ['of another network', 'WRONG_NETWORK', history.checkpoint(size, { network })],
    ['of a stranger', 'TRUST_SIGNER_NOT_ENTITLED', history.checkpoint(size, { key: stranger })],
    ['another root at a known size', 'TRUST_FORK', history.checkpoint(3, { root })]
  ]
  return cases.map(([why, fault, bytes]) => ({ why, fault, bytes: toHex(bytes) }))
}

function asJson(entry: TrustEntry): unknown {
  return JSON.parse(
    JSON.stringify(entry, (_key, value: unknown) =>
      value instanceof Uint8Array ? toHex(value) : value
    )
  )
}

if (import.meta.main) {
  const path = join(import.meta.dirname, '../../test/vectors/trust.json')
  writeFileSync(path, `${JSON.stringify(createTrustVectors(), undefined, 2)}\n`)
}
