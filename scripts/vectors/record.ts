import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DOMAINS } from '../../src/crypto/domains.ts'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { sealEnvelope } from '../../src/crypto/envelope.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { digestOf } from '../../src/protocols/record/compare.ts'
import { RECORD } from '../../src/protocols/record/index.ts'
import { NOTE } from '../../src/records/built-in-kinds.ts'
import { closestNodes, recordLocation, recordPlace } from '../../src/records/location.ts'
import {
  openRecord,
  type RecordContent,
  sealRecord,
  type VerifiedRecord
} from '../../src/records/record.ts'
import { sealProof } from '../../src/records/storage-proof.ts'
import { sealReceipt } from '../../src/records/storage-receipt.ts'
import { deletionLifetimeMs } from '../../src/records/supersede.ts'

const network = networkIdOf(new Uint8Array(32).fill(7))
const otherNetwork = networkIdOf(new Uint8Array(32).fill(8))
const key = PrivateKey.fromSeed(new Uint8Array(32).fill(1))
const holderKey = PrivateKey.fromSeed(new Uint8Array(32).fill(2))

const content: RecordContent = {
  network,
  kind: 'note',
  owner: 'alice',
  name: 'greeting',
  version: 3,
  storedAt: Date.UTC(2026, 0, 1),
  lifetimeMs: LIMITS.noteLifetimeMs,
  form: 'plain',
  value: new TextEncoder().encode('hello')
}

const wire = {
  version: 1,
  network,
  kind: 'note',
  owner: 'alice',
  name: 'greeting',
  recordVersion: 3,
  storedAt: content.storedAt,
  lifetimeMs: content.lifetimeMs,
  form: 'plain',
  value: content.value
}

/** The test vectors of docs/protocol/record.md; bytes are in hex. */
export function recordVectors() {
  return {
    network,
    seed: toHex(key.exportSeed()),
    ...valid(),
    ...invalid(),
    ...holders(),
    ...messages()
  }
}

function valid() {
  const contents: Record<string, RecordContent> = {
    'a note': content,
    'an empty value': { ...content, value: new Uint8Array(0) },
    'the first version under a long name': {
      ...content,
      version: 1,
      name: `a/b_c.d-${'0'.repeat(LIMITS.recordNameLengthMax - 8)}`
    },
    'a record of one node': { ...content, kind: 'service', owner: 'alice/desk', name: 'http' },
    'a deletion': {
      ...content,
      version: 4,
      form: 'deleted',
      lifetimeMs: deletionLifetimeMs(NOTE),
      value: new Uint8Array(0)
    },
    'the highest version': { ...content, version: Number.MAX_SAFE_INTEGER }
  }
  return {
    valid: Object.entries(contents).map(([name, each]) => {
      const bytes = sealRecord(each, key)
      const opened = openRecord(bytes, network)
      if (!opened.ok) throw new Error(opened.fault)
      const { digest, location, signer, expiresAt } = opened.value
      const record = { ...each, value: toHex(each.value) }
      const derived = { digest, location: toHex(location), signer, expiresAt }
      return { name, bytes: toHex(bytes), record, ...derived }
    })
  }
}

function invalid() {
  const sealed = sealRecord(content, key)
  const seal = (change: Record<string, unknown>) =>
    sealEnvelope(DOMAINS.record, encodeCbor({ ...wire, ...change }), key)
  const flipped = Uint8Array.from(sealed)
  flipped[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['another network', sealRecord({ ...content, network: otherNetwork }, key)],
    ['a flipped bit in the signature', flipped],
    ['one byte missing', sealed.slice(0, -1)],
    ['one byte too many', Uint8Array.of(...sealed, 0)],
    ['another domain', sealEnvelope(DOMAINS.invite, encodeCbor(wire), key)],
    ['another format version', seal({ version: 2 })],
    ['an unknown field', seal({ extra: 1 })],
    ['record version 0', seal({ recordVersion: 0 })],
    ['record version 2^53', sealVersion(0x1b, 0, 0x20, 0, 0, 0, 0, 0, 0)],
    ['lifetime 0', seal({ lifetimeMs: 0 })],
    ['an unknown form', seal({ form: 'folded' })],
    ['a deletion with a value', seal({ form: 'deleted' })],
    ['an owner in capitals', seal({ owner: 'Alice' })],
    ['an owner of three names', seal({ owner: 'a/b/c' })],
    ['a name with a space', seal({ name: 'a b' })],
    ['a value that is text', seal({ value: 'hello' })],
    ['a record version of 3 as a half-precision float', sealVersion(0xf9, 0x42, 0)],
    ['larger than a record may be', new Uint8Array(LIMITS.recordBytesMax + 1)]
  ]
  return {
    invalid: cases.map(([name, bytes]) => {
      const opened = openRecord(bytes, network)
      return { name, bytes: toHex(bytes), code: opened.ok ? 'accepted' : opened.fault }
    })
  }
}

/** A record whose `recordVersion` is these bytes, which no encoder of ours writes. */
function sealVersion(...encoded: number[]): Uint8Array {
  const payload = encodeCbor(wire)
  const field = 'recordVersion'
  const at = Buffer.from(payload).toString('latin1').indexOf(field) + field.length
  const changed = Uint8Array.of(...payload.slice(0, at), ...encoded, ...payload.slice(at + 1))
  return sealEnvelope(DOMAINS.record, changed, key)
}

function holders() {
  const nodes = Array.from({ length: 12 }, (_, i) =>
    nodeIdOf(PrivateKey.fromSeed(new Uint8Array(32).fill(i + 1)).publicKey)
  )
  const location = recordLocation(content)
  const closest = closestNodes(location, nodes, LIMITS.replication)
  const dictionary = recordPlace(content, { ...NOTE, model: 'dictionary' })
  return { holders: { location: toHex(location), nodes, closest, dictionary: toHex(dictionary) } }
}

function opened(): VerifiedRecord {
  const record = openRecord(sealRecord(content, key), network)
  if (!record.ok) throw new Error(record.fault)
  return record.value
}

function mark() {
  const { location, version, digest } = opened()
  return { location, version, digest }
}

/** Of the second node, for the record of the first. */
function receipt(): Uint8Array {
  return sealReceipt(opened(), content.storedAt + 1, holderKey)
}

const NONCE = new Uint8Array(LIMITS.auditNonceBytes).fill(9)

function proof(): Uint8Array {
  const asked = { network, location: opened().location, nonce: NONCE, time: content.storedAt + 2 }
  return sealProof(asked, opened(), holderKey)
}

function messages() {
  const record = sealRecord(content, key)
  const { kind, owner, name } = content
  const digest = valid().valid[0]?.digest
  const bodies = {
    'store request': { ask: 'store', record },
    'store response': { ask: 'store', receipt: receipt() },
    'claim request': { ask: 'claim', record },
    'claim response': { ask: 'claim', digest },
    'fetch request': { ask: 'fetch', kind, owner, name },
    'fetch response': { ask: 'fetch', records: [record], newest: 3 },
    'fetch response, absent': { ask: 'fetch', records: [], newest: 0 },
    'history request': { ask: 'history', kind, owner, name },
    'history response': { ask: 'history', records: [record] },
    'entries request': { ask: 'entries', kind, name, after: '' },
    'audit request': { ask: 'audit', kind, owner, name, nonce: NONCE },
    'audit response': { ask: 'audit', proof: proof() },
    'compare request': {
      ask: 'compare',
      from: new Uint8Array(32),
      to: new Uint8Array(0),
      digest: digestOf([mark()])
    },
    'compare response, the same': { ask: 'compare', same: true, marks: [] },
    'compare response': { ask: 'compare', same: false, marks: [mark()] },
    'entries response': { ask: 'entries', records: [record], next: owner }
  }
  return {
    messages: {
      protocol: RECORD.id,
      bodies: Object.entries(bodies).map(([what, body]) => ({
        name: what,
        bytes: toHex(encodeCbor(body))
      }))
    }
  }
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '../../test/vectors/record.json')
  writeFileSync(file, `${JSON.stringify(recordVectors(), null, 2)}\n`)
}
