import type { PrivateKey, PublicKey } from '../crypto/ed25519.ts'
import type { Random } from '../crypto/random.ts'
import { PeerageError } from '../errors.ts'
import type {
  AuthorityCertificateRequest,
  CertificateRequest
} from '../identity/certificate-issue.ts'
import { parseCertificate } from '../identity/certificate-parse.ts'
import { parseName } from '../identity/name.ts'
import { nodeIdOf, parseNodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Clock } from '../time/clock.ts'
import { type SignedCheckpoint, sealCheckpoint } from './checkpoint.ts'
import {
  type MemberAdded,
  type NodeEnrolled,
  type RevocationTarget,
  type Revoked,
  sealEntry
} from './entry.ts'
import type { TrustLog } from './trust-log.ts'

export interface AuthorityComponents {
  readonly log: TrustLog
  readonly key: PrivateKey
  readonly clock: Clock
  readonly random: Random
  /** `issueCertificate`: an argument, so that a node that never issues need not load its code. */
  readonly issue: (request: CertificateRequest) => Promise<Uint8Array>
  /** `issueAuthorityCertificate`. */
  readonly issueAuthority: (request: AuthorityCertificateRequest) => Promise<Uint8Array>
}

export interface Enrollment {
  readonly member: string
  /** Of a new member. For a known member: none, or the ones it has. */
  readonly groups: readonly string[]
  readonly node: string
  readonly publicKey: PublicKey
  /** How the node was enrolled: a name, for example `invite`. */
  readonly method: string
  /** 0 to `LIMITS.assuranceMax`. */
  readonly assurance: number
  /** Id of the invite that is used, or empty. */
  readonly invite: string
}

export interface RevocationRequest {
  readonly by: RevocationTarget['by']
  /** A serial in hex, a node id, or the name of a member. */
  readonly value: string
  readonly reason: string
}

/** The writer of the trust log: one per network, where the authority key is. */
export interface Authority {
  /**
   * Adds the member if it is new, enrolls the node and issues its certificate, which leaves this
   * function only after the log has stored the enrollment.
   *
   * Throws `INVALID_ARGUMENT`, `ALREADY_REVOKED` (the member), `NODE_ALREADY_ENROLLED`,
   * `NODE_NAME_TAKEN`, `INVITE_USED`, `CLOCK_BACKWARD`, and the errors of storage.
   */
  enroll(enrollment: Enrollment): Promise<{
    readonly certificate: Uint8Array
    readonly serial: string
    /** Of the entry that enrolls the node. */
    readonly index: number
  }>
  /**
   * Throws `INVALID_ARGUMENT`, `MEMBER_UNKNOWN`, `NODE_UNKNOWN`, `CERTIFICATE_NOT_IN_LOG`,
   * `ALREADY_REVOKED`, `CLOCK_BACKWARD`, and the errors of storage.
   */
  revoke(request: RevocationRequest): Promise<{ readonly index: number }>
  /** Signs the head again with the time of now: every node's view is as fresh as this. */
  resign(): SignedCheckpoint
  /** The self-signed certificate of the authority key, as DER, for other X.509 software. */
  certificate(): Promise<Uint8Array>
}

type Stamp = 'version' | 'network' | 'index' | 'time'
type Statement = Omit<MemberAdded, Stamp> | Omit<NodeEnrolled, Stamp> | Omit<Revoked, Stamp>

/** Throws `AUTHORITY_ABSENT` when `key` is no authority key of the log. */
export function createAuthority(components: AuthorityComponents): Authority {
  const { log, key, clock, random } = components
  if (!log.state.isAuthorityKey(key.publicKey)) throw new PeerageError('AUTHORITY_ABSENT')
  const { network } = log
  const inTurn = createTurns()

  /** Never before what the log says already, so that a clock set back a little stops nothing. */
  function time(): number {
    log.requireClock()
    return Math.max(clock.now(), log.head().checkpoint.time)
  }

  /** Signs and stores all statements under one new checkpoint; returns the last index. */
  function append(statements: readonly Statement[]): number {
    const now = time()
    const entries = statements.map((statement, i) =>
      sealEntry({ ...statement, version: 1, network, index: log.size + i, time: now }, key)
    )
    const size = log.size + entries.length
    const root = log.rootAfter(entries)
    const checkpoint = sealCheckpoint({ version: 1, network, size, root, time: now }, key)
    const advanced = log.advance({ checkpoint, entries })
    if (!advanced.ok) throw new PeerageError(advanced.fault, advanced.detail)
    return size - 1
  }

  async function enroll(enrollment: Enrollment) {
    requireEnrollable(log, enrollment)
    const { member, node, publicKey, method, assurance, invite } = enrollment
    const now = time()
    const certificate = await components.issue({
      authority: key,
      network,
      member,
      node,
      publicKey,
      notBefore: now - LIMITS.certificateBackdateMs,
      notAfter: now + LIMITS.certificateLifetimeMs,
      method,
      assurance,
      random
    })
    const parsed = parseCertificate(certificate)
    if (!parsed.ok) throw new PeerageError(parsed.fault, parsed.detail)
    const { serial, notAfter, nodeId } = parsed.value
    const statements: Statement[] = [
      { type: 'node-enrolled', member, node, nodeId, serial, notAfter, method, assurance, invite }
    ]
    if (log.state.member(member) === undefined) {
      statements.unshift({ type: 'member-added', member, groups: [...enrollment.groups] })
    }
    return { certificate, serial, index: append(statements) }
  }

  return {
    enroll: (enrollment) => inTurn(() => enroll(enrollment)),
    revoke: ({ by, value, reason }) =>
      inTurn(async () => {
        if (reason.length > LIMITS.revocationReasonLengthMax) throw invalid('reason')
        const target = requireRevocable(log, by, value)
        return { index: append([{ type: 'revoked', target, reason }]) }
      }),
    resign() {
      append([])
      return log.head()
    },
    certificate: () =>
      components.issueAuthority({
        authority: key,
        network,
        notBefore: time() - LIMITS.certificateBackdateMs,
        notAfter: time() + LIMITS.authorityCertificateLifetimeMs,
        random
      })
  }
}

/** Calls that wait for each other: each checks the log and appends before the next one looks. */
function createTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (run) => {
    const turn = last.then(run)
    // The failure belongs to the caller of this turn; the next one only waits for its end.
    last = turn.catch(() => undefined)
    return turn
  }
}

function requireEnrollable({ state }: TrustLog, enrollment: Enrollment): void {
  const { member, node, publicKey, invite, groups } = enrollment
  for (const [argument, name] of Object.entries({ member, node, method: enrollment.method })) {
    if (!parseName(name).ok) throw invalid(argument)
  }
  const known = state.member(member)
  if (known?.revoked !== undefined) throw new PeerageError('ALREADY_REVOKED', { member })
  if (known === undefined ? !areGroups(groups) : !isCovered(groups, known.groups)) {
    throw invalid('groups')
  }
  const nodeId = nodeIdOf(publicKey)
  if (state.node(nodeId) !== undefined) throw new PeerageError('NODE_ALREADY_ENROLLED', { nodeId })
  const namesake = state.nodeNamed(member, node)
  if (namesake !== undefined && !state.isRevoked(namesake)) {
    throw new PeerageError('NODE_NAME_TAKEN', { member, node })
  }
  if (invite !== '' && state.nodeInvitedBy(invite) !== undefined) {
    throw new PeerageError('INVITE_USED', { invite })
  }
}

function requireRevocable(
  { state }: TrustLog,
  by: RevocationTarget['by'],
  value: string
): RevocationTarget {
  switch (by) {
    case 'member': {
      const member = state.member(value)
      if (member === undefined) throw new PeerageError('MEMBER_UNKNOWN', { member: value })
      if (member.revoked !== undefined) throw new PeerageError('ALREADY_REVOKED', { member: value })
      return { by, value }
    }
    case 'node': {
      const parsed = parseNodeId(value)
      if (!parsed.ok) throw invalid('value')
      const node = state.node(parsed.value)
      if (node === undefined) throw new PeerageError('NODE_UNKNOWN', { nodeId: value })
      const { nodeId, member } = node
      if (state.isRevoked({ nodeId, member })) throw new PeerageError('ALREADY_REVOKED', { nodeId })
      return { by, value: nodeId }
    }
    case 'serial': {
      const node = state.nodeWithSerial(value)
      if (node === undefined) throw new PeerageError('CERTIFICATE_NOT_IN_LOG', { serial: value })
      if (state.isRevoked(node)) throw new PeerageError('ALREADY_REVOKED', { serial: value })
      return { by, value }
    }
  }
}

function areGroups(groups: readonly string[]): boolean {
  const isBounded = groups.length <= LIMITS.groupsPerNodeMax
  return isBounded && new Set(groups).size === groups.length && groups.every((g) => parseName(g).ok)
}

/** Groups belong to the member: an enrollment of a known member cannot change them. */
function isCovered(asked: readonly string[], held: readonly string[]): boolean {
  return (
    asked.length === 0 || (asked.length === held.length && asked.every((g) => held.includes(g)))
  )
}

function invalid(argument: string): PeerageError {
  return new PeerageError('INVALID_ARGUMENT', { argument })
}
