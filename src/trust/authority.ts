import type { PrivateKey, PublicKey } from '../crypto/ed25519.ts'
import type { Random } from '../crypto/random.ts'
import { PeerageError } from '../errors.ts'
import type {
  AuthorityCertificateRequest,
  CertificateRequest
} from '../identity/certificate-issue.ts'
import { parseCertificate } from '../identity/certificate-parse.ts'
import { parseName } from '../identity/name.ts'
import type { NetworkId } from '../identity/network-id.ts'
import { type NodeId, nodeIdOf, parseNodeId, publicKeyOf } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Clock, UnixMillis } from '../time/clock.ts'
import { sealPossession } from './approval.ts'
import { type SignedCheckpoint, sealCheckpoint } from './checkpoint.ts'
import {
  type AuthorityKeyStep,
  parseEntry,
  type RevocationTarget,
  type Statement,
  sealEntry
} from './entry.ts'
import { refusalOf } from './refusal.ts'
import { rehearse } from './rehearse.ts'
import type { TrustState } from './state.ts'
import type { TrustLog } from './trust-log.ts'

export interface AuthorityComponents {
  readonly log: TrustLog
  /** The key in charge, asked for at every use. Throws `AUTHORITY_LOCKED`, `AUTHORITY_ABSENT`. */
  readonly key: () => PrivateKey
  readonly clock: Clock
  readonly random: Random
  /** `issueCertificate`: an argument, so that a node that never issues need not load its code. */
  readonly issue: (request: CertificateRequest) => Promise<Uint8Array>
  /** Whether a certificate of this serial was ever issued here. */
  readonly isIssued?: (serial: string) => boolean
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

type CertificateSubject = Pick<Enrollment, 'member' | 'node' | 'publicKey' | 'method' | 'assurance'>

/**
 * The writer of the trust log: one per network, where the authority key is. While the key is locked
 * or another one is in charge, everything throws `AUTHORITY_LOCKED` or `AUTHORITY_ABSENT`.
 */
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
   * Issues another certificate for an enrolled node, under the names it has; the log does not grow.
   * `generation` is one more than that of the certificate which it follows.
   * Throws `NODE_UNKNOWN`, `CERTIFICATE_REVOKED`, `MEMBER_SUSPENDED`, `CLOCK_BACKWARD`.
   */
  renew(nodeId: NodeId, generation: number): Promise<Uint8Array>
  /**
   * Writes one decision into the log. Throws what {@link refusalOf} names for the rule that it
   * would break, `INVALID_ARGUMENT` for a statement out of bounds, `CERTIFICATE_NOT_IN_LOG` for
   * the serial of a certificate that was never issued, `CLOCK_BACKWARD`, and the errors of storage.
   */
  decide(statement: Statement): Promise<{ readonly index: number }>
  /**
   * Looks at the state as `statement` would leave it, and writes nothing. `look` sees the changed
   * state and the unchanged log. Throws as {@link Authority.decide}.
   */
  rehearse<T>(statement: Statement, look: () => T): T
  /** Decides a revocation that needs nobody's consent. Throws as {@link Authority.decide}. */
  revoke(request: {
    readonly by: RevocationTarget['by']
    /** A serial in hex, a node id, or the name of a member. */
    readonly value: string
    readonly reason: string
  }): Promise<{ readonly index: number }>
  /**
   * Puts a prepared key in charge: the old key signs the step, the new one everything after it, so
   * that `key` has to find it from then on. Throws as {@link Authority.decide}.
   */
  activateKey(
    next: PrivateKey,
    approvals?: readonly Uint8Array[]
  ): Promise<{ readonly index: number }>
  /** Signs the head again with the time of now: every node's view is as fresh as this. */
  resign(): SignedCheckpoint
  /** The self-signed certificate of the authority key, as DER, for other X.509 software. */
  certificate(): Promise<Uint8Array>
  /** Resolves once nothing uses the key any more that began before. */
  settled(): Promise<void>
}

export function createAuthority(components: AuthorityComponents): Authority {
  const { log, clock, random } = components
  const { network } = log
  const inTurn = createTurns()

  function signer(): PrivateKey {
    const key = components.key()
    if (!log.state.isSigningKey(key.publicKey)) throw new PeerageError('AUTHORITY_ABSENT')
    return key
  }

  /** Never before what the log says already, so that a clock set back a little stops nothing. */
  function time(): number {
    log.requireClock()
    return Math.max(clock.now(), log.head().checkpoint.time)
  }

  /** Signs and stores all statements under one new checkpoint; returns the last index. */
  function append(statements: readonly Statement[], checkpoint?: PrivateKey) {
    const entries = signer()
    const keys = { entries, checkpoint: checkpoint ?? entries }
    return appendStatements(log, statements, { ...keys, time: time() })
  }

  async function issue(subject: CertificateSubject, generation: number): Promise<Uint8Array> {
    const { member, node, publicKey, method, assurance } = subject
    const now = time()
    return await components.issue({
      ...{ authority: signer(), network, member, node, publicKey, method, assurance },
      ...{ random, generation },
      notBefore: now - LIMITS.certificateBackdateMs,
      notAfter: now + LIMITS.certificateLifetimeMs
    })
  }

  async function enroll(enrollment: Enrollment) {
    requireEnrollable(log, enrollment)
    const { member, node, method, assurance, invite } = enrollment
    const certificate = await issue(enrollment, 1)
    const parsed = parseCertificate(certificate)
    if (!parsed.ok) throw new PeerageError(parsed.fault, parsed.detail)
    const { serial, notAfter, nodeId } = parsed.value
    const statements: Statement[] = [
      { type: 'node-enrolled', member, node, nodeId, serial, notAfter, method, assurance, invite }
    ]
    if (log.state.member(member) === undefined) {
      const groups = [...enrollment.groups]
      statements.unshift({ type: 'member-added', member, groups, attributes: {} })
    }
    return { certificate, serial, index: append(statements) }
  }

  const decide = (statement: Statement) =>
    inTurn(async () => {
      requireIssued(statement)
      return { index: append([statement]) }
    })

  return {
    enroll: (enrollment) => inTurn(() => enroll(enrollment)),
    renew: (nodeId, generation) =>
      inTurn(async () => {
        const node = log.state.node(nodeId)
        if (node === undefined) throw new PeerageError('NODE_UNKNOWN', { nodeId })
        const exclusion = log.state.exclusionOf({ nodeId, member: node.member })
        if (exclusion !== undefined) throw new PeerageError(exclusion.code, { nodeId })
        return await issue({ ...node, publicKey: publicKeyOf(nodeId) }, generation)
      }),
    decide,
    rehearse(statement, look) {
      requireIssued(statement)
      requireWhole(log)
      const { size } = log
      const stamp = { version: 1, network, index: size, time: time() } as const
      const entry = sealEntry({ ...statement, ...stamp }, signer())
      return rehearse(log, statement, { entry: () => parseEntry(entry), look })
    },
    revoke: async ({ by, value, reason }) =>
      await decide({ type: 'revoked', target: targetOf(by, value), reason, approvals: [] }),
    activateKey: (next, approvals = []) =>
      inTurn(async () => ({
        index: append([keyStep('activated', next.publicKey, approvals)], next)
      })),
    resign() {
      if (log.reach === log.size) append([])
      return log.head()
    },
    certificate: () =>
      inTurn(() =>
        components.issueAuthority({
          ...{ authority: signer(), network, random },
          notBefore: log.state.signingKeySince - LIMITS.certificateBackdateMs,
          notAfter: log.state.signingKeySince + LIMITS.authorityCertificateLifetimeMs
        })
      ),
    settled: () => inTurn(async () => undefined)
  }

  function requireIssued(statement: Statement): void {
    if (statement.type !== 'revoked' || statement.target.by !== 'serial') return
    const serial = statement.target.value
    const isKnown =
      log.state.nodeWithSerial(serial) !== undefined || components.isIssued?.(serial) === true
    if (!isKnown) throw new PeerageError('CERTIFICATE_NOT_IN_LOG', { serial })
  }
}

/**
 * Puts a new authority key in charge with the recovery key, from any node that has the log; the
 * certificates of the old key are renewed, and nobody's consent is needed any more. `recoveryKey`
 * of the request is the public key that replaces the one used. Throws as {@link Authority.decide}.
 */
export function recoverAuthority(
  log: TrustLog,
  request: {
    readonly recovery: PrivateKey
    readonly next: PrivateKey
    readonly nextRecovery: PublicKey | undefined
    readonly reason: string
    readonly time: UnixMillis
  }
): { readonly index: number } {
  const { recovery, next, nextRecovery, reason, time } = request
  const statement: Statement = {
    type: 'recovered',
    key: next.publicKey.bytes,
    possession: sealPossession(log.network, next),
    recoveryKey: nextRecovery?.bytes ?? new Uint8Array(),
    reason
  }
  const keys = { entries: recovery, checkpoint: next }
  return { index: appendStatements(log, [statement], { ...keys, time }) }
}

/** Throws `RECOVERY_ABSENT`, `RECOVERY_CODE_WRONG`. */
export function requireRecoveryKey(state: TrustState, key: PublicKey): void {
  if (state.recoveryKey === undefined) throw new PeerageError('RECOVERY_ABSENT')
  if (!state.recoveryKey.equals(key)) throw new PeerageError('RECOVERY_CODE_WRONG')
}

/** Throws `INVALID_ARGUMENT` for a node id that is none. */
export function targetOf(by: RevocationTarget['by'], value: string): RevocationTarget {
  if (by !== 'node') return { by, value }
  const nodeId = parseNodeId(value)
  if (!nodeId.ok) throw invalid('value')
  return { by, value: nodeId.value }
}

/** Announces a key that will be the authority's, proved by its private half. */
export function prepareKey(network: NetworkId, next: PrivateKey): Statement {
  return { ...keyStep('prepared', next.publicKey), possession: sealPossession(network, next) }
}

export function keyStep(
  step: AuthorityKeyStep['step'],
  key: PublicKey,
  approvals: readonly Uint8Array[] = []
): Extract<Statement, { type: 'authority-key' }> {
  const possession = new Uint8Array()
  return { type: 'authority-key', step, key: key.bytes, possession, approvals: [...approvals] }
}

interface Signing {
  readonly entries: PrivateKey
  readonly checkpoint: PrivateKey
  readonly time: UnixMillis
}

function appendStatements(
  log: TrustLog,
  statements: readonly Statement[],
  { entries: key, checkpoint: head, time }: Signing
): number {
  requireWhole(log)
  const { network } = log
  const entries = statements.map((statement, i) =>
    sealEntry({ ...statement, version: 1, network, index: log.size + i, time }, key)
  )
  const size = log.size + entries.length
  const root = log.rootAfter(entries)
  const checkpoint = sealCheckpoint({ version: 1, network, size, root, time }, head)
  const advanced = log.advance({ checkpoint, entries })
  if (!advanced.ok) {
    const { code, detail } = refusalOf(advanced, statements.at(-1))
    throw new PeerageError(code, detail)
  }
  return size - 1
}

/** Whoever has fetched only a part knows that the authority has signed more. */
function requireWhole({ size, reach }: TrustLog): void {
  if (reach > size) throw new PeerageError('TRUST_CATCHING_UP', { size, reach })
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

/** Throws why {@link Authority.enroll} would not enroll. */
export function requireEnrollable({ state }: TrustLog, enrollment: Enrollment): void {
  const { member, node, publicKey, invite, groups } = enrollment
  for (const [argument, name] of Object.entries({ member, node, method: enrollment.method })) {
    if (!parseName(name).ok) throw invalid(argument)
  }
  const known = state.member(member)
  if (known?.revoked !== undefined) throw new PeerageError('ALREADY_REVOKED', { member })
  if (known?.suspended !== undefined) throw new PeerageError('MEMBER_SUSPENDED', { member })
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
