import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type * as z from 'zod'
import { inviteVectors } from '../../scripts/vectors/invite.ts'
import { vectorsPath } from '../../scripts/vectors/write-vectors.ts'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { decodeCbor } from '../../src/encoding/cbor.ts'
import { openInvite } from '../../src/identity/invite.ts'
import { LIMITS } from '../../src/limits.ts'
import {
  enrolledSchema,
  enrollmentRequestSchema,
  entriesSchema,
  refusedSchema
} from '../../src/protocols/enrollment/messages.ts'
import { hex } from '../support/raw-certificate.ts'
import { accepted } from '../support/trust-network.ts'

const text = readFileSync(vectorsPath('invite'), 'utf8')
const vectors = JSON.parse(text) as ReturnType<typeof inviteVectors>
const { now, authoritySeed } = vectors.context

describe('the vectors of invites', () => {
  test('are the file that scripts/vectors/invite.ts writes', () => {
    assert.deepEqual(vectors, inviteVectors())
  })

  for (const vector of vectors.valid) {
    test(`[SR-ID-3] accept an invite ${vector.title}`, () => {
      const { authorityKey, fingerprint, ...invite } = accepted(openInvite(vector.text, { now }))
      assert.deepEqual({ ...invite, secret: toHex(invite.secret) }, vector.invite)
      assert.equal(fingerprint, vector.fingerprint)
      const { publicKey } = PrivateKey.fromSeed(hex(authoritySeed))
      assert.ok(authorityKey.equals(publicKey))
    })
  }

  for (const { title, fault, text: refused } of vectors.invalid) {
    test(`[SR-ID-3] refuse ${title} with ${fault}`, () => {
      const opened = openInvite(refused, { now })
      assert.equal(opened.ok ? 'accepted' : opened.fault, fault)
    })
  }

  test('hold every message of enrollment in its one form', () => {
    const schemas: Record<string, z.ZodType> = {
      'enroll request': enrollmentRequestSchema,
      'enroll answer': enrolledSchema,
      'entries request': enrollmentRequestSchema,
      'entries answer': entriesSchema,
      'refused answer': refusedSchema
    }
    for (const { title, body } of vectors.messages.bodies) {
      const schema = schemas[title]
      assert.ok(schema)
      accepted(decodeCbor(hex(body), schema, LIMITS.enrollResponseBytesMax))
    }
  })
})
