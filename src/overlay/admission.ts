import * as z from 'zod'
import type { PublicKey } from '../crypto/ed25519.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesUpTo, unsigned } from '../encoding/schema.ts'
import { accept, type Refused, refuse, type Verdict } from '../encoding/verdict.ts'
import { ERRORS, type ErrorCode, errorCodeOf } from '../errors.ts'
import {
  type ExclusionCode,
  judgeCertificate,
  type VerifiedCertificate,
  verifyCertificate
} from '../identity/certificate.ts'
import type { CertificateMemory } from '../identity/certificate-memory.ts'
import type { NetworkId } from '../identity/network-id.ts'
import { type NodeId, publicKeyOf } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import {
  NO_STANDINGS,
  type StandingSubject,
  type StandingView
} from '../reputation/standing-view.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { KeyStanding, SuccessionStep } from '../trust/authority-keys.ts'
import { expectationOf } from '../trust/expectation.ts'
import { heirsIn } from '../trust/succession.ts'
import type { Admission, CertifiedPeer, CheckpointRelation } from './certified-peers.ts'
import type { Freshness } from './freshness.ts'

/** What admission needs of the trust log; `TrustLog` is one. */
export interface TrustView {
  readonly network: NetworkId
  /** Number of entries that this node has. */
  readonly size: number
  entries(from: number, to: number): Uint8Array[]
  head(): { readonly bytes: Uint8Array; readonly checkpoint: { readonly time: UnixMillis } }
  judgeCheckpoint(bytes: Uint8Array): Verdict<{
    readonly checkpoint: {
      readonly checkpoint: { readonly size: number; readonly time: UnixMillis }
    }
    readonly relation: CheckpointRelation
  }>
  readonly state: {
    readonly authorityKeys: readonly PublicKey[]
    readonly signingKey: PublicKey | undefined
    readonly recoveryKey: PublicKey | undefined
    readonly succession: readonly SuccessionStep[]
    keyStanding(key: PublicKey): KeyStanding | undefined
    exclusionOf(subject: {
      readonly serial?: string
      readonly nodeId: NodeId
      readonly member: string
    }): { readonly code: ExclusionCode } | undefined
    node(nodeId: NodeId): { readonly member: string; readonly node: string } | undefined
  }
}

const helloSchema = z.strictObject({
  version: z.literal(1),
  /** X.509 leaf in DER; empty means that there is none to show. */
  certificate: bytesUpTo(LIMITS.helloBytesMax),
  /** Newest signed checkpoint of the sender. */
  checkpoint: bytesUpTo(LIMITS.helloBytesMax),
  /** Entries that put the newest authority keys in charge; absent when there are none. */
  succession: z
    .array(bytesUpTo(LIMITS.trustEntryBytesMax))
    .min(1)
    .max(LIMITS.successionEntriesMax)
    .optional()
})

export type Hello = z.infer<typeof helloSchema>

/** First message of either side inside the encrypted connection. */
export function encodeHello({
  succession = [],
  ...hello
}: Pick<Hello, 'certificate' | 'checkpoint'> & {
  readonly succession?: readonly Uint8Array[]
}): Uint8Array {
  return encodeCbor({ version: 1, ...hello, ...(succession.length === 0 ? {} : { succession }) })
}

/** Faults: `MESSAGE_TOO_LARGE` above `LIMITS.helloBytesMax`, `MESSAGE_MALFORMED`. */
export function decodeHello(
  bytes: Uint8Array
): Verdict<Hello, 'MESSAGE_TOO_LARGE' | 'MESSAGE_MALFORMED'> {
  return decodeCbor(bytes, helloSchema, LIMITS.helloBytesMax)
}

const verdictSchema = z.strictObject({
  status: unsigned,
  /** Seconds after which it is worth another attempt. */
  wait: unsigned.optional(),
  /** With `TRUST_FORK`: what proves that the authority has signed two histories. */
  evidence: bytesUpTo(LIMITS.admissionVerdictBytesMax).optional()
})

/** What the other side decided. */
export interface Answer {
  readonly outcome: 'admitted' | ErrorCode
  /** Seconds that a refusal lasts, where it ends by itself. */
  readonly waitSeconds?: number
  readonly evidence?: Uint8Array
}

/** Answer to a hello: status 0 admits, every other status is the number of a code in ERRORS. */
export function encodeVerdict(verdict: Verdict<unknown>, evidence?: Uint8Array): Uint8Array {
  if (verdict.ok) return encodeCbor({ status: 0 })
  const status = ERRORS[verdict.fault].number
  const wait = verdict.detail?.['waitSeconds']
  return encodeCbor({
    status,
    ...(typeof wait === 'number' ? { wait } : {}),
    ...(evidence === undefined ? {} : { evidence })
  })
}

/**
 * The code by which the other side refused, or `admitted`. A number that this version lacks is
 * `ADMISSION_REFUSED_BY_PEER`.
 */
export function decodeVerdict(
  bytes: Uint8Array
): Verdict<Answer, 'MESSAGE_TOO_LARGE' | 'MESSAGE_MALFORMED'> {
  const decoded = decodeCbor(bytes, verdictSchema, LIMITS.admissionVerdictBytesMax)
  if (!decoded.ok) return decoded
  const { status, wait, evidence } = decoded.value
  const code = status === 0 ? 'admitted' : errorCodeOf(status)
  if (evidence !== undefined && code !== 'TRUST_FORK') return refuse('MESSAGE_MALFORMED')
  if (code === 'admitted') return accept({ outcome: code })
  return accept({
    outcome: code ?? 'ADMISSION_REFUSED_BY_PEER',
    ...(wait === undefined ? {} : { waitSeconds: wait }),
    ...(evidence === undefined ? {} : { evidence })
  })
}

/** Whether a peer is banned, with the seconds that it is told. */
export function judgeBan(
  standings: StandingView,
  subject: StandingSubject
): Refused<'PEER_BANNED'> | undefined {
  const leftMs = standings.banLeftMs(subject)
  if (leftMs === undefined) return undefined
  return refuse('PEER_BANNED', { waitSeconds: Math.ceil(leftMs / 1000) })
}

export interface HelloContext {
  readonly now: UnixMillis
  readonly known?: CertificateMemory
  readonly freshness?: Freshness
  readonly standings?: StandingView
}

/** What a hello proves about the peer at the other end. */
export type Judgment = Pick<Admission, 'peer' | 'relation' | 'logSize' | 'logTime' | 'heirs'>

/**
 * Whether the peer that proved `key` in the handshake may be admitted on the strength of its hello:
 * size, form, certificate, enrollment in the trust log, checkpoint; cheap before expensive. `key`
 * is `undefined` for every type but Ed25519.
 *
 * A node that our log does not list is admitted only while the peer's checkpoint is ahead of ours:
 * the entries between may be its enrollment. So is one whose certificate is of a key that the
 * missing entries put in charge, which the hello shows by those entries. `judgeAgain` settles it
 * once we have them.
 *
 * Faults: `PEER_KEY_TYPE`, `PEER_UNCERTIFIED`, `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`, those of
 * `verifyCertificate`, `PEER_BANNED`, those of the checkpoint, `CERTIFICATE_NOT_IN_LOG`,
 * `TRUST_STALE` when our view is too old and the peer's is no fresher.
 */
export function judgeHello(
  trust: TrustView,
  key: PublicKey | undefined,
  bytes: Uint8Array,
  { now, known, freshness, standings = NO_STANDINGS }: HelloContext
): Verdict<Judgment> {
  if (key === undefined) return refuse('PEER_KEY_TYPE')
  if (bytes.length === 0) return refuse('PEER_UNCERTIFIED')
  const hello = decodeHello(bytes)
  if (!hello.ok) return hello
  if (hello.value.certificate.length === 0) return refuse('PEER_UNCERTIFIED')
  const expected = { ...expectationOf(trust), key, now, ...(known === undefined ? {} : { known }) }
  let certificate = verifyCertificate(hello.value.certificate, expected)
  let heirs: readonly PublicKey[] = []
  if (!certificate.ok && certificate.fault === 'CERTIFICATE_WRONG_ISSUER') {
    heirs = heirsIn(trust, hello.value.succession ?? [])
    certificate = verifyCertificate(hello.value.certificate, { ...expected, authorityKeys: heirs })
  }
  if (!certificate.ok) return certificate
  const banned = judgeBan(standings, certificate.value)
  if (banned !== undefined) return banned
  const checkpoint = trust.judgeCheckpoint(hello.value.checkpoint)
  if (!checkpoint.ok) return checkpoint
  const { relation } = checkpoint.value
  if (heirs.length > 0 && relation !== 'ahead') {
    return refuse('CERTIFICATE_WRONG_ISSUER', { part: 'key' })
  }
  const notEnrolled = judgeEnrollment(trust, certificate.value, relation === 'ahead')
  if (notEnrolled !== undefined) return notEnrolled
  const { size: logSize, time } = checkpoint.value.checkpoint.checkpoint
  // What a peer behind us shows cannot become ours.
  const shownTime = relation === 'behind' ? 0 : time
  const stale = freshness?.judgeNew(certificate.value.nodeId, shownTime, now)
  if (stale !== undefined) return stale
  return accept({ peer: certifiedPeer(certificate.value), relation, heirs, logSize, logTime: time })
}

/**
 * Judges an open connection again (SR-ADM-7): time, issuer, revocation, enrollment once our log has
 * caught up with what the peer showed or had the time for it, and the age of our view. No signature
 * is computed.
 */
export function judgeAgain(
  trust: TrustView,
  admission: Admission,
  { now, freshness }: { readonly now: UnixMillis; readonly freshness?: Freshness }
): Verdict<VerifiedCertificate> {
  const { certificate } = admission.peer
  const isArriving = trust.size < admission.logSize && now - admission.since <= LIMITS.catchUpMs
  const { authorityKeys } = trust.state
  const standing = judgeCertificate(certificate, {
    now,
    authorityKeys: isArriving ? [...authorityKeys, ...admission.heirs] : authorityKeys,
    exclusionOf: (subject) => trust.state.exclusionOf(subject)
  })
  if (!standing.ok) return standing
  const notEnrolled = judgeEnrollment(trust, certificate, isArriving)
  return notEnrolled ?? freshness?.judgeOpen(certificate.nodeId, now) ?? standing
}

/**
 * Judges a certificate that a connected peer shows in place of the one in its hello. Faults: those
 * of `verifyCertificate`, `CERTIFICATE_NOT_IN_LOG`.
 */
export function judgeRenewed(
  trust: TrustView,
  nodeId: NodeId,
  der: Uint8Array,
  now: UnixMillis
): Verdict<VerifiedCertificate> {
  const expected = { ...expectationOf(trust), key: publicKeyOf(nodeId), now }
  const certificate = verifyCertificate(der, expected)
  if (!certificate.ok) return certificate
  return judgeEnrollment(trust, certificate.value, false) ?? certificate
}

/** Renewal does not grow the log, so the serial may differ from the one enrolled; the names not. */
function judgeEnrollment(
  trust: TrustView,
  certificate: VerifiedCertificate,
  mayBeNewer: boolean
): Refused<'CERTIFICATE_NOT_IN_LOG'> | undefined {
  const enrolled = trust.state.node(certificate.nodeId)
  if (enrolled === undefined) {
    return mayBeNewer ? undefined : refuse('CERTIFICATE_NOT_IN_LOG', { part: 'node' })
  }
  const isSame = enrolled.member === certificate.member && enrolled.node === certificate.node
  return isSame ? undefined : refuse('CERTIFICATE_NOT_IN_LOG', { part: 'name' })
}

function certifiedPeer(certificate: VerifiedCertificate): CertifiedPeer {
  const { nodeId, member, node } = certificate
  return { nodeId, member, node, certificate }
}
