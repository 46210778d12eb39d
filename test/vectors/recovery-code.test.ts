import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { recoveryCodeVectors } from '../../scripts/vectors/recovery-code.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { readRecoveryCode } from '../../src/identity/recovery-code.ts'
import { accepted } from '../support/trust-network.ts'
import vectors from './recovery-code.json' with { type: 'json' }

describe('the vectors of recovery codes', () => {
  test('are what the script makes', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(recoveryCodeVectors())), vectors)
  })

  const publicKey = (code: string) => toHex(accepted(readRecoveryCode(code)).publicKey.bytes)
  for (const { code, publicKey: expected } of vectors.valid) {
    test(`${code} is read`, () => assert.equal(publicKey(code), expected))
  }
  for (const code of vectors.alsoRead) {
    test(`${code} is read`, () => assert.equal(publicKey(code), vectors.valid.at(-1)?.publicKey))
  }
  for (const { title, text, fault, reason } of vectors.invalid) {
    test(`${fault}: ${title}`, () => {
      const read = readRecoveryCode(text)
      assert.deepEqual([read.ok, !read.ok && read.detail?.['reason']], [false, reason])
    })
  }
})
