import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import * as z from 'zod'
import { certificateVectors } from '../../scripts/vectors/certificate.ts'
import { envelopeVectors } from '../../scripts/vectors/envelope.ts'
import { keyFileVectors } from '../../scripts/vectors/key-file.ts'
import { nodeIdVectors } from '../../scripts/vectors/node-id.ts'
import { vectorsPath, vectorsText } from '../../scripts/vectors/write-vectors.ts'
import { DOMAINS } from '../../src/crypto/domains.ts'
import { PrivateKey, PublicKey } from '../../src/crypto/ed25519.ts'
import { openEnvelope, sealEnvelope } from '../../src/crypto/envelope.ts'
import { toHex, utf8 } from '../../src/encoding/bytes.ts'
import { verifyCertificate } from '../../src/identity/certificate.ts'
import { openKeyFile } from '../../src/identity/key-file.ts'
import { networkIdSchema } from '../../src/identity/network-id.ts'
import { nodeIdOf, parseNodeId, publicKeyOf } from '../../src/identity/node-id.ts'
import { hex } from '../support/raw-certificate.ts'

/** What every file has in common; a vector is read from the file alone, as another language would. */
function load<V extends z.ZodType, I extends z.ZodRawShape, H extends z.ZodRawShape>(
  name: string,
  head: H,
  valid: V,
  invalid: I
) {
  const refused = z.object({ fault: z.string(), ...invalid })
  const schema = z.object({ ...head, valid: z.array(valid), invalid: z.array(refused) })
  return schema.parse(JSON.parse(readFileSync(vectorsPath(name), 'utf8')))
}

const bytes = z.string().transform(hex)
const text = z.string()

describe('the vectors of certificates', () => {
  const context = z.object({
    network: networkIdSchema,
    authorityKey: bytes,
    connectionKey: bytes,
    now: z.number(),
    revokedSerial: text
  })
  const fields = z.record(text, z.unknown())
  const file = load('certificate', { context }, z.object({ title: text, der: bytes, fields }), {
    title: text,
    der: bytes
  })
  const { network, now, revokedSerial, ...keys } = file.context
  const expected = {
    network,
    now,
    authorityKeys: [new PublicKey(keys.authorityKey)],
    key: new PublicKey(keys.connectionKey),
    exclusionOf: ({ serial }: { serial: string }) =>
      serial === revokedSerial ? ({ code: 'CERTIFICATE_REVOKED' } as const) : undefined
  }

  for (const vector of file.valid) {
    test(`[SR-ID-5] accept ${vector.title}`, () => {
      const verdict = verifyCertificate(vector.der, expected)
      assert.ok(verdict.ok)
      const { bytes: _bytes, issuer: _issuer, publicKey, ...rest } = verdict.value
      assert.deepEqual({ ...rest, publicKey: toHex(publicKey.bytes) }, vector.fields)
    })
  }
  for (const vector of file.invalid) {
    test(`[SR-ID-5] refuse ${vector.title} with ${vector.fault}`, () => {
      const verdict = verifyCertificate(vector.der, expected)
      assert.equal(verdict.ok ? 'accepted' : verdict.fault, vector.fault)
    })
  }
})

describe('the vectors of envelopes', () => {
  const valid = z.object({ payload: bytes, signedBytes: bytes, envelope: bytes })
  const head = { domain: z.enum(Object.values(DOMAINS)), seed: bytes }
  const file = load('envelope', head, valid, { title: text, envelope: bytes })
  const key = PrivateKey.fromSeed(file.seed)

  test('[SR-INT-1] open, and are what sealing gives', () => {
    for (const { payload, signedBytes, envelope } of file.valid) {
      assert.equal(toHex(sealEnvelope(file.domain, payload, key)), toHex(envelope))
      const opened = openEnvelope(file.domain, envelope)
      assert.ok(opened.ok && opened.value.signer.equals(key.publicKey))
      assert.equal(toHex(key.sign(signedBytes)), toHex(envelope.slice(-64)))
    }
  })

  for (const { title, envelope, fault } of file.invalid) {
    test(`[SR-INT-1] refuse ${title} with ${fault}`, () => {
      const verdict = openEnvelope(file.domain, envelope)
      assert.equal(verdict.ok ? 'opened' : verdict.fault, fault)
    })
  }
})

describe('the vectors of node ids', () => {
  const valid = z.object({ seed: bytes, publicKey: bytes, nodeId: text })
  const file = load('node-id', {}, valid, { title: text, nodeId: text })

  test('[SR-ID-1] lead from key to node id and back', () => {
    for (const { seed, publicKey, nodeId } of file.valid) {
      const key = PrivateKey.fromSeed(seed).publicKey
      assert.deepEqual([toHex(key.bytes), nodeIdOf(key)], [toHex(publicKey), nodeId])
      const parsed = parseNodeId(nodeId)
      assert.ok(parsed.ok && publicKeyOf(parsed.value).equals(key))
    }
  })

  for (const { title, nodeId, fault } of file.invalid) {
    test(`[SR-ID-1] refuse ${title} with ${fault}`, () => {
      const verdict = parseNodeId(nodeId)
      assert.equal(verdict.ok ? 'accepted' : verdict.fault, fault)
    })
  }
})

describe('the vectors of key files', () => {
  const use = z.enum(['node', 'authority', 'front-desk'])
  const vector = { title: text, use, text }
  const file = load('key-file', { seed: text, passphrase: text }, z.object(vector), vector)
  const passphrase = async () => utf8(file.passphrase)

  for (const { title, use, text } of file.valid) {
    test(`[SR-ID-2] open a file ${title}`, async () => {
      const opened = await openKeyFile(text, { use, passphrase })
      assert.ok(opened.ok)
      assert.equal(toHex(opened.value.exportSeed()), file.seed)
    })
  }
  for (const { title, use, text, fault } of file.invalid) {
    test(`[SR-ID-2] refuse ${title} with ${fault}`, async () => {
      const verdict = await openKeyFile(text, { use, passphrase })
      assert.equal(verdict.ok ? 'opened' : verdict.fault, fault)
    })
  }
})

describe('the files of vectors', () => {
  const generators = {
    certificate: certificateVectors,
    envelope: envelopeVectors,
    'node-id': nodeIdVectors,
    'key-file': keyFileVectors
  }
  for (const [name, generate] of Object.entries(generators)) {
    test(`${name}.json is what its generator writes`, async () => {
      assert.equal(readFileSync(vectorsPath(name), 'utf8'), vectorsText(await generate()))
    })
  }
})
