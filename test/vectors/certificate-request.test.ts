import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { certificateRequestVectors } from '../../scripts/vectors/certificate-request.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { fromPem } from '../../src/encoding/pem.ts'
import { openCertificateRequest } from '../../src/identity/certificate-request.ts'
import { accepted } from '../support/trust-network.ts'
import vectors from './certificate-request.json' with { type: 'json' }

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))

describe('the vectors of certificate requests', () => {
  const { valid, invalid } = vectors

  test('are what the script makes', () => {
    assert.deepEqual(certificateRequestVectors(), vectors)
  })

  test('a request is read to its names and its key', () => {
    const { publicKey, ...name } = accepted(openCertificateRequest(bytesOf(valid.der)))
    const { network, member, node } = valid
    assert.deepEqual(name, { network, member, node })
    assert.equal(toHex(publicKey.bytes), valid.publicKey)
  })

  test('openssl verifies its signature and reads the same names', () => {
    const shown = ['req', '-verify', '-noout', '-text', '-nameopt', 'utf8']
    const ran = spawnSync('openssl', shown, { input: valid.pem, encoding: 'utf8' })
    assert.equal(ran.status, 0, ran.stderr)
    assert.match(ran.stdout + ran.stderr, /verify OK/)
    assert.ok(ran.stdout.includes(`URI:peerage://${valid.network}/till/till-07`), ran.stdout)
    assert.ok(ran.stdout.includes(valid.nodeId), ran.stdout)
  })

  test('a PEM block has one label, one form and nothing around it', () => {
    const label = 'CERTIFICATE REQUEST'
    assert.equal(toHex(fromPem(label, valid.pem) ?? new Uint8Array()), valid.der)
    for (const text of ['', 'x', valid.pem.slice(0, -5), `x${valid.pem}`]) {
      assert.equal(fromPem(label, text), undefined, text)
    }
    assert.equal(fromPem('CERTIFICATE', valid.pem), undefined)
    assert.equal(fromPem(label, valid.pem.replace('MII', 'M!I')), undefined)
  })

  for (const { title, fault, der } of invalid) {
    test(`${fault}: ${title}`, () => {
      const opened = openCertificateRequest(bytesOf(der))
      assert.equal(!opened.ok && opened.fault, fault)
    })
  }
})
