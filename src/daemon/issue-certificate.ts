import { PeerageError } from '../errors.ts'
import { isSignedBy } from '../identity/certificate-parse.ts'
import { generationOf } from '../identity/certificate-profile.ts'
import { openCertificateRequest } from '../identity/certificate-request.ts'
import { type NodeId, nodeIdOf } from '../identity/node-id.ts'
import type { CertificateStore, IssuedCertificate } from '../storage/certificate-store.ts'
import type { Journal } from '../storage/journal.ts'
import type { Clock } from '../time/clock.ts'
import { type Authority, requireEnrollable } from '../trust/authority.ts'
import type { EnrolledNode } from '../trust/members.ts'
import type { TrustLog } from '../trust/trust-log.ts'

/** How a node was enrolled whose request came as a file. */
const METHOD = 'csr'

export interface Issuing {
  readonly log: TrustLog
  readonly authority: Pick<Authority, 'enroll' | 'renew'>
  readonly certificates: Pick<CertificateStore, 'newest'>
  readonly clock: Pick<Clock, 'now'>
  readonly journal: Pick<Journal, 'append'>
}

export interface IssueInit {
  /** DER. */
  readonly request: Uint8Array
  /** Instead of the names that the request asks for. */
  readonly member?: string | undefined
  readonly node?: string | undefined
  /** Of a member that is new. */
  readonly groups: readonly string[]
  readonly dryRun: boolean
}

export interface IssuedByRequest {
  readonly member: string
  readonly node: string
  readonly nodeId: NodeId
  /** Whether the node was enrolled before, by this very key: the log does not grow. */
  readonly isKnown: boolean
  /** Of the enrollment; absent for a dry run of one. */
  readonly index: number | undefined
  /** Absent for a dry run. */
  readonly certificate: Uint8Array | undefined
}

/**
 * Enrolls the node whose request somebody has brought. One that is enrolled already, with this key
 * and under these names, gets its certificate again, or the next one where that is due: an answer
 * was lost, or a site without a network renews.
 *
 * Throws the faults of `openCertificateRequest`, `WRONG_NETWORK`, those of `Authority.enroll` and
 * `Authority.renew`.
 */
export async function issueByRequest(issuing: Issuing, init: IssueInit): Promise<IssuedByRequest> {
  const { log, authority, journal } = issuing
  const opened = openCertificateRequest(init.request)
  if (!opened.ok) throw new PeerageError(opened.fault, opened.detail)
  const { publicKey, network } = opened.value
  if (network !== log.network) throw new PeerageError('WRONG_NETWORK')
  const { member = opened.value.member, node = opened.value.node, groups, dryRun } = init
  const subject = { member, node, nodeId: nodeIdOf(publicKey) }
  const known = log.state.node(subject.nodeId)
  if (known !== undefined && !log.state.isRevoked(known)) {
    requireSame(log, known, init, subject)
    const { index } = known
    const certificate = dryRun ? undefined : await certifyAgain(issuing, subject.nodeId)
    return { ...subject, isKnown: true, index, certificate }
  }
  const enrollment = { member, node, groups, publicKey, method: METHOD, assurance: 1, invite: '' }
  requireEnrollable(log, enrollment)
  if (dryRun) return { ...subject, isKnown: false, index: undefined, certificate: undefined }
  const { certificate, index } = await authority.enroll(enrollment)
  const detail = { index, type: 'node-enrolled', ...subject }
  journal.append({ event: 'authority.signed', detail })
  return { ...subject, isKnown: false, index, certificate }
}

/** A key is enrolled once, under one name. */
function requireSame(
  { state }: TrustLog,
  known: EnrolledNode,
  { groups }: IssueInit,
  { member, node, nodeId }: { readonly member: string; readonly node: string; nodeId: NodeId }
): void {
  if (known.member !== member || known.node !== node) {
    throw new PeerageError('NODE_ALREADY_ENROLLED', {
      nodeId,
      enrolledAs: `${known.member}/${known.node}`,
      suggestion: `Sign it as --member ${known.member} --node ${known.node}, or ask with a new key`
    })
  }
  const exclusion = state.exclusionOf(known)
  if (exclusion !== undefined) throw new PeerageError(exclusion.code, { nodeId })
  const held = state.groupsOf(member)
  if (!groups.every((group) => held.includes(group))) {
    throw new PeerageError('INVALID_ARGUMENT', {
      argument: 'groups',
      suggestion: 'Change the groups of the member: peerage member set'
    })
  }
}

async function certifyAgain(
  { log, authority, certificates, clock, journal }: Issuing,
  nodeId: NodeId
): Promise<Uint8Array> {
  const newest = certificates.newest(nodeId)
  if (newest !== undefined && isFresh(newest, clock.now()) && isOfKeyInCharge(log, newest)) {
    return newest.bytes
  }
  const generation = newest === undefined ? 1 : generationOf(newest.serial)
  const certificate = await authority.renew(nodeId, generation + 1)
  journal.append({ event: 'authority.renewed', nodeId })
  return certificate
}

/** As a node judges it: two thirds of its time have not passed. */
function isFresh({ issuedAt, notAfter }: IssuedCertificate, now: number): boolean {
  return now < issuedAt + ((notAfter - issuedAt) * 2) / 3
}

function isOfKeyInCharge({ state }: TrustLog, { bytes }: IssuedCertificate): boolean {
  return state.signingKey !== undefined && isSignedBy(bytes, state.signingKey)
}
