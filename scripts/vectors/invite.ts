import { DOMAINS } from '../../src/crypto/domains.ts'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { sealEnvelope } from '../../src/crypto/envelope.ts'
import { toBase64url, toHex } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { ERRORS } from '../../src/errors.ts'
import { INVITE_PREFIX, type Invite, openInvite, sealInvite } from '../../src/identity/invite.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { ENROLLMENT_PROTOCOL } from '../../src/overlay/enrollment-channel.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { writeVectors } from './write-vectors.ts'

const random = seededRandom('invite vectors')
const key = PrivateKey.generate(random)
const desk = nodeIdOf(PrivateKey.generate(random).publicKey)

const invite: Invite = {
  version: 1,
  network: networkIdOf(new Uint8Array(32).fill(7)),
  networkName: 'local',
  id: '0123456789abcdef',
  secret: random.bytes(32),
  member: 'bob',
  node: 'laptop',
  groups: ['ops'],
  expiresAt: Date.UTC(2026, 0, 1, 1),
  frontDesk: [`/ip4/127.0.0.1/tcp/4002/p2p/${desk}`]
}

/** Vectors for invites and the messages of enrollment. Run: node scripts/vectors/invite.ts */
export function inviteVectors() {
  return {
    format: 'invite',
    specification: 'docs/protocol/enrollment.md',
    context: {
      authoritySeed: toHex(key.exportSeed()),
      now: invite.expiresAt,
      clockSkewMs: LIMITS.clockSkewMs,
      charactersMax: LIMITS.inviteBytesMax
    },
    valid: [
      valid('with every field used', invite),
      valid('without groups', { ...invite, groups: [] }),
      valid('at the end of what clocks may differ', {
        ...invite,
        expiresAt: invite.expiresAt - LIMITS.clockSkewMs
      }),
      valid('with two addresses, one by name', {
        ...invite,
        frontDesk: [`/dns4/desk.example.org/tcp/443/p2p/${desk}`, ...invite.frontDesk]
      })
    ],
    invalid: invalid(),
    messages: { protocol: ENROLLMENT_PROTOCOL, bodies: messages() }
  }
}

function valid(title: string, content: Invite) {
  const text = sealInvite(content, key)
  const opened = openInvite(text, { now: invite.expiresAt })
  if (!opened.ok) throw new Error(opened.fault)
  const { fingerprint } = opened.value
  return { title, text, invite: { ...content, secret: toHex(content.secret) }, fingerprint }
}

function invalid() {
  const text = sealInvite(invite, key)
  const envelope = sealEnvelope(DOMAINS.invite, encodeCbor(invite), key)
  const seal = (change: object) =>
    textOf(sealEnvelope(DOMAINS.invite, encodeCbor({ ...invite, ...change }), key))
  const flip = (at: number) => textOf(envelope.map((byte, i) => (i === at ? byte ^ 1 : byte)))
  const faults: Record<string, Record<string, string>> = {
    INVITE_MALFORMED: {
      nothing: '',
      'only the prefix': INVITE_PREFIX,
      'without the prefix': text.slice(INVITE_PREFIX.length),
      'another prefix': text.replace('1:', '2:'),
      'the end missing': text.slice(0, -8),
      'padding behind it': `${text}=`,
      'bytes behind it': `${text}AAAA`,
      'longer than any invite': INVITE_PREFIX + 'A'.repeat(LIMITS.inviteBytesMax),
      'signed for another domain': textOf(sealEnvelope(DOMAINS.record, encodeCbor(invite), key)),
      'another version': seal({ version: 2 }),
      'an unknown field': seal({ extra: 1 }),
      'an id in capitals': seal({ id: '0123456789ABCDEF' }),
      'a secret of 31 bytes': seal({ secret: invite.secret.slice(1) }),
      'a group twice': seal({ groups: ['ops', 'ops'] }),
      'no front desk': seal({ frontDesk: [] }),
      'an address without the id of the desk': seal({ frontDesk: ['/ip4/127.0.0.1/tcp/4002'] })
    },
    INVITE_TAMPERED: {
      'a flipped bit in the authority key': flip(10),
      'a flipped bit in the content': flip(100),
      'a flipped bit in the signature': flip(envelope.length - 1)
    },
    INVITE_EXPIRED: {
      'past its end by more than clocks may differ': seal({
        expiresAt: invite.expiresAt - LIMITS.clockSkewMs - 1
      })
    }
  }
  return Object.entries(faults).flatMap(([fault, texts]) =>
    Object.entries(texts).map(([title, each]) => ({ title, fault, text: each }))
  )
}

function textOf(envelope: Uint8Array): string {
  return INVITE_PREFIX + toBase64url(envelope)
}

/** The bodies of messages, without the length in front of each. */
function messages() {
  const part = (fill: number) => new Uint8Array(4).fill(fill)
  const bodies = {
    'enroll request': { version: 1, ask: 'enroll', invite: invite.id, secret: invite.secret },
    'enroll answer': {
      status: 0,
      certificate: part(1),
      authority: part(2),
      genesis: part(3),
      checkpoint: part(4),
      addresses: ['/ip4/127.0.0.1/tcp/4001']
    },
    'entries request': { version: 1, ask: 'entries', from: 0 },
    'entries answer': {
      status: 0,
      entries: [part(5), part(6)],
      proof: [new Uint8Array(32).fill(7)]
    },
    'refused answer': { status: ERRORS.INVITE_USED.number }
  }
  return Object.entries(bodies).map(([title, body]) => ({ title, body: toHex(encodeCbor(body)) }))
}

if (import.meta.main) writeVectors('invite', inviteVectors())
