import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DOMAINS } from '../../../src/crypto/domains.ts'
import { sealEnvelope } from '../../../src/crypto/envelope.ts'
import { toBase64url } from '../../../src/encoding/bytes.ts'
import { encodeCbor } from '../../../src/encoding/cbor.ts'
import { PeerageError } from '../../../src/errors.ts'
import { authorityFingerprint } from '../../../src/identity/certificate.ts'
import { INVITE_PREFIX, openInvite, sealInvite } from '../../../src/identity/invite.ts'
import { networkIdOf } from '../../../src/identity/network-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { AUTHORITY, INVITE, OTHER_KEY } from '../../support/sample-invite.ts'

const before = { now: INVITE.expiresAt - 1 }

function seal(payload: unknown): string {
  const envelope = sealEnvelope(DOMAINS.invite, encodeCbor(payload), AUTHORITY)
  return INVITE_PREFIX + toBase64url(envelope)
}

function fault(text: string, expected: Parameters<typeof openInvite>[1] = before): string {
  const opened = openInvite(text, expected)
  return opened.ok ? 'accepted' : opened.fault
}

describe('the text of an invite', () => {
  test('[SR-ID-3] carries everything to join and pins the authority key', () => {
    const opened = openInvite(sealInvite(INVITE, AUTHORITY), before)
    assert.ok(opened.ok)
    const { authorityKey, fingerprint, ...invite } = opened.value
    assert.deepEqual(invite, INVITE)
    assert.ok(authorityKey.equals(AUTHORITY.publicKey))
    assert.equal(fingerprint, authorityFingerprint(AUTHORITY.publicKey))
  })

  test('may have white space around it, since people copy it', () => {
    assert.equal(fault(`${sealInvite(INVITE, AUTHORITY)}\n`), 'accepted')
  })

  test('is INVITE_MALFORMED when it is not an invite at all', () => {
    for (const text of ['', 'peerage1:', 'peerage2:AAAA', 'hello', 'peerage1:!!!!']) {
      assert.equal(fault(text), 'INVITE_MALFORMED', text)
    }
  })

  test('is INVITE_MALFORMED when a part is missing', () => {
    const text = sealInvite(INVITE, AUTHORITY)
    assert.equal(fault(text.slice(0, -8)), 'INVITE_MALFORMED')
    assert.equal(fault(text.slice(0, 100)), 'INVITE_MALFORMED')
    assert.equal(fault(text.slice(INVITE_PREFIX.length)), 'INVITE_MALFORMED')
  })

  test('is INVITE_MALFORMED with padding, or with anything after it', () => {
    const text = sealInvite(INVITE, AUTHORITY)
    assert.equal(fault(`${text}=`), 'INVITE_MALFORMED')
    assert.equal(fault(`${text}AAAA`), 'INVITE_MALFORMED')
  })

  test('is INVITE_MALFORMED above the limit, before it is decoded', () => {
    assert.equal(fault(`peerage1:${'A'.repeat(LIMITS.inviteBytesMax)}`), 'INVITE_MALFORMED')
  })

  test('[SR-ID-3] is INVITE_TAMPERED when what was signed was changed', () => {
    const envelope = sealEnvelope(DOMAINS.invite, encodeCbor(INVITE), AUTHORITY)
    const text = (at: number) => {
      const changed = Uint8Array.from(envelope)
      changed[at] = (changed[at] ?? 0) ^ 1
      return INVITE_PREFIX + toBase64url(changed)
    }
    assert.equal(fault(text(envelope.length - 1)), 'INVITE_TAMPERED', 'signature')
    assert.equal(fault(text(10)), 'INVITE_TAMPERED', 'authority key')
    assert.equal(fault(text(200)), 'INVITE_TAMPERED', 'content')
  })

  test('is INVITE_MALFORMED when it was signed for another domain', () => {
    const envelope = sealEnvelope(DOMAINS.record, encodeCbor(INVITE), AUTHORITY)
    assert.equal(fault(INVITE_PREFIX + toBase64url(envelope)), 'INVITE_MALFORMED')
  })

  test('[SR-ID-3] is INVITE_TAMPERED when another authority signed it than the one expected', () => {
    const fingerprint = authorityFingerprint(AUTHORITY.publicKey)
    const forged = sealInvite(INVITE, OTHER_KEY)
    assert.equal(fault(forged, { ...before, fingerprint }), 'INVITE_TAMPERED')
    assert.equal(fault(sealInvite(INVITE, AUTHORITY), { ...before, fingerprint }), 'accepted')
  })

  test('is INVITE_WRONG_NETWORK in the home of another network', () => {
    const network = networkIdOf(new Uint8Array(32).fill(9))
    assert.equal(
      fault(sealInvite(INVITE, AUTHORITY), { ...before, network }),
      'INVITE_WRONG_NETWORK'
    )
  })

  test('is INVITE_EXPIRED once the end has passed by more than clocks may differ', () => {
    const text = sealInvite(INVITE, AUTHORITY)
    const end = INVITE.expiresAt + LIMITS.clockSkewMs
    assert.equal(fault(text, { now: end }), 'accepted')
    assert.equal(fault(text, { now: end + 1 }), 'INVITE_EXPIRED')
  })

  for (const [what, change] of Object.entries({
    'another version': { version: 2 },
    'a network id that is none': { network: 'x' },
    'a network name that is none': { networkName: 'Not A Name' },
    'an id that is none': { id: 'zz' },
    'a short secret': { secret: new Uint8Array(31) },
    'a member name that is none': { member: '' },
    'a node name that is none': { node: 'a/b' },
    'a group twice': { groups: ['ops', 'ops'] },
    'too many groups': { groups: Array.from({ length: 33 }, (_, i) => `g${i}`) },
    'a negative end': { expiresAt: -1 },
    'no front desk': { frontDesk: [] },
    'too many addresses': { frontDesk: Array(17).fill(INVITE.frontDesk[0]) },
    'an address without the id of the desk': { frontDesk: ['/ip4/127.0.0.1/tcp/4002'] },
    'an address that is only an id': { frontDesk: [INVITE.frontDesk[0]?.slice(-57)] },
    'an address with a space': { frontDesk: [`/ip4/1.2.3.4 ${INVITE.frontDesk[0]}`] },
    'a field that no version has': { extra: 1 }
  })) {
    test(`with ${what} is never sealed and, when signed all the same, INVITE_MALFORMED`, () => {
      const payload = { ...INVITE, ...change }
      if (what !== 'a field that no version has') {
        assert.throws(() => sealInvite(payload as typeof INVITE, AUTHORITY), PeerageError)
      }
      assert.equal(fault(seal(payload)), 'INVITE_MALFORMED')
    })
  }

  test('is never sealed above the limit that readers have', () => {
    const address = `/dns4/${'a'.repeat(170)}/tcp/1${INVITE.frontDesk[0]?.slice(-57)}`
    const invite = { ...INVITE, frontDesk: Array<string>(16).fill(address) }
    assert.throws(() => sealInvite(invite, AUTHORITY), { code: 'INVALID_ARGUMENT' })
  })
})
