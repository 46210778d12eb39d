import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PeerageError } from '../../../src/errors.ts'
import { AdmissionError, fromLibp2pError, libp2pFault } from '../../../src/overlay/libp2p-error.ts'

function named(name: string, message = ''): Error {
  return Object.assign(new Error(message), { name })
}

const flattened = (error: Error) => named('EncryptionFailedError', error.message)

describe('what libp2p throws', () => {
  test('carries the code of our own refusal through an error of libp2p', () => {
    const error = flattened(new AdmissionError('us', 'CERTIFICATE_EXPIRED'))
    assert.deepEqual(libp2pFault(error), { ok: false, fault: 'CERTIFICATE_EXPIRED' })
  })

  test('[SR-ADM-2] carries the reason of the peer through an error of libp2p', () => {
    const error = flattened(new AdmissionError('them', 'CERTIFICATE_REVOKED'))
    assert.deepEqual(libp2pFault(error), {
      ok: false,
      fault: 'ADMISSION_REFUSED_BY_PEER',
      detail: { reason: 'CERTIFICATE_REVOKED' }
    })
  })

  test('is not fooled by text around a refusal or by codes that do not exist', () => {
    const { message } = new AdmissionError('them', 'CERTIFICATE_REVOKED')
    for (const text of [` ${message}`, `${message}\n`, `x${message}`, `${message}x`]) {
      assert.equal(libp2pFault(named('EncryptionFailedError', text)).fault, 'HANDSHAKE_FAILED')
    }
    for (const code of ['NO_SUCH_CODE', 'constructor', 'toString']) {
      const text = message.replace('CERTIFICATE_REVOKED', code)
      assert.equal(libp2pFault(named('EncryptionFailedError', text)).fault, 'HANDSHAKE_FAILED')
    }
  })

  test('of several failed addresses, tells what tells most', () => {
    const refused = flattened(new AdmissionError('them', 'CERTIFICATE_EXPIRED'))
    const ours = flattened(new AdmissionError('us', 'CERTIFICATE_EXPIRED'))
    const reset = Object.assign(new Error(), { code: 'ECONNRESET' })
    const unreachable = Object.assign(new Error(), { code: 'ECONNREFUSED' })
    const fault = (...errors: unknown[]) => libp2pFault(new AggregateError(errors)).fault
    assert.equal(fault(unreachable, refused, reset), 'ADMISSION_REFUSED_BY_PEER')
    assert.equal(fault(unreachable, ours, refused), 'CERTIFICATE_EXPIRED')
    assert.equal(fault(unreachable, reset), 'CONNECTION_CLOSED')
    assert.equal(fault(new Error('?'), unreachable), 'PEER_UNREACHABLE')
    assert.equal(fault(), 'PEER_UNREACHABLE')
  })

  test('becomes a code by the name of its class or its system code', () => {
    const fault = (name: string) => libp2pFault(named(name)).fault
    assert.equal(fault('TimeoutError'), 'TIMEOUT')
    assert.equal(fault('AbortError'), 'CANCELED')
    assert.equal(fault('UnsupportedProtocolError'), 'PROTOCOL_UNSUPPORTED')
    assert.equal(fault('StreamResetError'), 'CONNECTION_CLOSED')
    assert.equal(fault('NoValidAddressesError'), 'PEER_UNREACHABLE')
    assert.equal(fault('Error'), 'INTERNAL')
    const inUse = Object.assign(new Error(), { code: 'EADDRINUSE' })
    assert.equal(libp2pFault(inUse).fault, 'ADDRESS_IN_USE')
    assert.equal(libp2pFault('text').fault, 'INTERNAL')
    assert.equal(libp2pFault(new PeerageError('OVERLOADED')).fault, 'OVERLOADED')
    assert.equal(fromLibp2pError(inUse).code, 'ADDRESS_IN_USE')
  })
})
