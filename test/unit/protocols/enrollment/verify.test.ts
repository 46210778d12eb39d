import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { PrivateKey } from '../../../../src/crypto/ed25519.ts'
import { toPeerageError } from '../../../../src/errors.ts'
import { issueCertificate } from '../../../../src/identity/certificate-issue.ts'
import type { OpenedInvite } from '../../../../src/identity/invite.ts'
import { networkIdOf } from '../../../../src/identity/network-id.ts'
import { LIMITS } from '../../../../src/limits.ts'
import type { Entries } from '../../../../src/protocols/enrollment/messages.ts'
import { judgeHead, receiveEnrollment } from '../../../../src/protocols/enrollment/verify.ts'
import type { Clock } from '../../../../src/time/clock.ts'
import { sealCheckpoint } from '../../../../src/trust/checkpoint.ts'
import { createTestAuthority, HOUR, type TestAuthority } from '../../../support/front-desk.ts'
import { accepted, memoryTrustStore } from '../../../support/trust-network.ts'

describe('what an enrollment brought', () => {
  let authority: TestAuthority
  let invite: OpenedInvite
  let key: PrivateKey
  let certificate: Uint8Array
  let other: TestAuthority
  before(async () => {
    authority = createTestAuthority('verify')
    other = createTestAuthority('other')
    await redeem(authority, authority.invite({ member: 'anna', node: 'server' }))
    invite = authority.invite()
    key = authority.nodeKey()
    certificate = await redeem(authority, invite, key)
    await redeem(other, other.invite(), key)
  })

  async function redeem(
    { book, nodeKey }: TestAuthority,
    { id, secret }: OpenedInvite,
    by = nodeKey()
  ): Promise<Uint8Array> {
    return accepted(await book.redeem({ invite: id, secret, publicKey: by.publicKey }))
  }

  const entries = () => authority.log.entries(0, authority.log.size)
  const answer = () => ({
    certificate,
    genesis: authority.log.genesis().checkpoint,
    checkpoint: authority.log.head().bytes
  })

  interface Change {
    readonly answer?: Partial<ReturnType<typeof answer>>
    readonly entries?: readonly Uint8Array[]
    readonly invite?: Partial<OpenedInvite>
    readonly key?: PrivateKey
  }

  async function receive(change: Change = {}, clock: Clock = authority.clock): Promise<unknown> {
    const brought = { ...answer(), ...change.answer }
    const all = change.entries ?? entries()
    async function* pages(): AsyncGenerator<Entries> {
      yield { status: 0, entries: [...all], proof: [] }
    }
    return await receiveEnrollment(
      { answer: brought, size: all.length, pages: pages() },
      memoryTrustStore(),
      { invite: { ...invite, ...change.invite }, key: (change.key ?? key).publicKey, clock }
    )
  }

  async function fault(change: Change = {}): Promise<string> {
    return await receive(change).then(
      () => 'accepted',
      (error) => toPeerageError(error).code
    )
  }

  function head(change: Partial<Parameters<typeof sealCheckpoint>[0]>, by = authority.key) {
    return sealCheckpoint({ ...authority.log.head().checkpoint, ...change }, by)
  }

  test('[SR-ID-3] is accepted when all of it fits together', async () => {
    assert.equal(await fault(), 'accepted')
  })

  test('[SR-ID-3] is INVITE_WRONG_NETWORK when the log begins with another genesis entry', async () => {
    const network = networkIdOf(new Uint8Array(32))
    assert.equal(await fault({ invite: { network } }), 'INVITE_WRONG_NETWORK')
    const { log } = other
    const theirs = { genesis: log.genesis().checkpoint, checkpoint: log.head().bytes }
    assert.equal(
      await fault({ answer: theirs, entries: log.entries(0, log.size) }),
      'INVITE_WRONG_NETWORK'
    )
  })

  test('[SR-ID-3] is TRUST_SIGNER_NOT_ENTITLED when the log knows nothing of the authority of the invite', async () => {
    const authorityKey = other.key.publicKey
    assert.equal(await fault({ invite: { authorityKey } }), 'TRUST_SIGNER_NOT_ENTITLED')
  })

  test('is refused without entries, without the last entry, and with one changed', async () => {
    assert.equal(await fault({ entries: [] }), 'MESSAGE_MALFORMED')
    assert.equal(await fault({ entries: entries().slice(0, -1) }), 'TRUST_ENTRY_INVALID')
    const changed = entries().map((entry) => Uint8Array.from(entry))
    const last = changed.at(-1)?.length ?? 0
    changed.at(-1)?.set([0xff], last - 1)
    assert.equal(await fault({ entries: changed }), 'SIGNATURE_INVALID')
  })

  test('is TRUST_PROOF_INVALID when the entries do not lead to the root', async () => {
    const checkpoint = head({ root: new Uint8Array(32) })
    assert.equal(await fault({ answer: { checkpoint } }), 'TRUST_PROOF_INVALID')
  })

  test('is refused when the checkpoint is signed by somebody else', async () => {
    assert.equal(
      await fault({ answer: { checkpoint: head({}, other.key) } }),
      'TRUST_SIGNER_NOT_ENTITLED'
    )
  })

  test('is CERTIFICATE_KEY_MISMATCH for the certificate of another node', async () => {
    assert.equal(await fault({ key: authority.nodeKey() }), 'CERTIFICATE_KEY_MISMATCH')
  })

  test('is CERTIFICATE_MALFORMED when the certificate is none', async () => {
    assert.equal(
      await fault({ answer: { certificate: new Uint8Array(3) } }),
      'CERTIFICATE_MALFORMED'
    )
  })

  async function certify(change: object, by = key): Promise<Uint8Array> {
    const now = authority.clock.now()
    return await issueCertificate({
      authority: authority.key,
      network: authority.log.network,
      member: 'bob',
      node: 'laptop',
      publicKey: by.publicKey,
      notBefore: now,
      notAfter: now + HOUR,
      method: 'invite',
      assurance: 1,
      random: { bytes: (length) => new Uint8Array(length).fill(1) },
      ...change
    })
  }

  test('is CERTIFICATE_NOT_IN_LOG for a right certificate that no entry names', async () => {
    const unnamed = await certify({})
    assert.equal(await fault({ answer: { certificate: unnamed } }), 'CERTIFICATE_NOT_IN_LOG')
    const stranger = authority.nodeKey()
    const never = await certify({}, stranger)
    assert.equal(
      await fault({ answer: { certificate: never }, key: stranger }),
      'CERTIFICATE_NOT_IN_LOG'
    )
  })

  test('is CERTIFICATE_EXPIRED for one that has ended', async () => {
    const now = authority.clock.now()
    const old = await certify({
      notBefore: now - 2 * LIMITS.certificateLifetimeMs,
      notAfter: now - HOUR
    })
    assert.equal(await fault({ answer: { certificate: old } }), 'CERTIFICATE_EXPIRED')
  })

  test('is CERTIFICATE_NAME_INVALID when it is not the node that the invite promises', async () => {
    assert.equal(await fault({ invite: { node: 'desktop' } }), 'CERTIFICATE_NAME_INVALID')
    assert.equal(await fault({ invite: { member: 'eve' } }), 'CERTIFICATE_NAME_INVALID')
  })

  test('is CLOCK_BEFORE_GENESIS when the clock of this machine is far behind', async () => {
    const clock = { now: () => 0, monotonic: () => 0 }
    await assert.rejects(receive({}, clock), { code: 'CLOCK_BEFORE_GENESIS' })
  })

  test('is judged by its checkpoint before one entry is fetched', () => {
    const judged = (bytes: Uint8Array) => {
      const verdict = judgeHead(bytes, { invite })
      return verdict.ok ? 'accepted' : verdict.fault
    }
    assert.equal(judged(authority.log.head().bytes), 'accepted')
    assert.equal(judged(head({ size: 2 ** 50 }, other.key)), 'TRUST_SIGNER_NOT_ENTITLED')
    assert.equal(judged(other.log.head().bytes), 'INVITE_WRONG_NETWORK')
    assert.equal(judged(new Uint8Array(8)), 'CHECKPOINT_MALFORMED')
  })
})
