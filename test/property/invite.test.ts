import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openInvite, sealInvite } from '../../src/identity/invite.ts'
import { AUTHORITY, INVITE } from '../support/sample-invite.ts'

const text = sealInvite(INVITE, AUTHORITY)
const now = INVITE.expiresAt

test('[SR-ID-3] an invite with any character changed, removed or added is refused', () => {
  const place = fc.integer({ min: 0, max: text.length - 1 })
  // Printable and not white space: white space at the ends is ignored on purpose.
  const character = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code))
  fc.assert(
    fc.property(place, character, fc.constantFrom(0, 1, 2), (at, put, kind) => {
      const tail = text.slice(kind === 0 ? at : at + 1)
      const changed = text.slice(0, at) + (kind === 2 ? '' : put) + tail
      if (changed === text) return
      assert.equal(openInvite(changed, { now }).ok, false)
    }),
    { numRuns: 400 }
  )
})

test('text of any kind is answered with a fault, never with an exception', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String()), (noise) => {
      assert.equal(openInvite(noise, { now }).ok, false)
      assert.equal(openInvite(`peerage1:${noise}`, { now }).ok, false)
    })
  )
})
