import type { PrivateKey } from '../crypto/ed25519.ts'
import { PeerageError } from '../errors.ts'
import { createJournal, type Journal } from '../storage/journal.ts'
import { loadKey } from '../storage/key-store.ts'
import { type Clock, systemClock } from '../time/clock.ts'
import type { Statement } from '../trust/entry.ts'
import { agreementOn, approveRequest } from '../trust/request-consent.ts'
import {
  type DecisionRequest,
  type RequestContent,
  readRequest,
  writeRequest
} from '../trust/request-file.ts'
import type { TrustLog } from '../trust/trust-log.ts'
import { withClosedHome } from './closed-home.ts'

export interface ApprovedRequest {
  /** With the approval; as it was for a dry run. */
  readonly request: RequestContent
  readonly type: Statement['type']
  readonly approvedBy: string[]
  /** Who is asked and has not approved. */
  readonly missing: string[]
  /** How many of them still have to. */
  readonly needed: number
}

export interface RequestVoter {
  readonly log: TrustLog
  /** Of this node: it approves for its member. */
  readonly key: PrivateKey
  readonly journal: Pick<Journal, 'append'>
  readonly clock: Pick<Clock, 'now'>
}

/** Approves a request that was carried here. Throws the faults of `approveRequest`. */
export function voteOnRequest(
  { log, key, journal, clock }: RequestVoter,
  request: DecisionRequest,
  dryRun: boolean
): ApprovedRequest {
  const now = clock.now()
  const approved = approveRequest(log, request, { key, now })
  if (!approved.ok) throw new PeerageError(approved.fault, approved.detail)
  const result = dryRun ? request : approved.value
  const agreement = agreementOn(log, result, now)
  if (!agreement.ok) throw new PeerageError(agreement.fault, agreement.detail)
  const { type } = request.statement
  if (!dryRun) journal.append({ event: 'authority.voted', detail: { type, file: true } })
  const { approvedBy, missing, needed } = agreement.value
  return {
    ...{ request: writeRequest(result), type, needed },
    approvedBy: [...approvedBy],
    missing: [...missing]
  }
}

export interface ApproveRequestInit {
  readonly home: string
  readonly request: DecisionRequest
  readonly passphrase?: Uint8Array
  readonly dryRun: boolean
}

/**
 * The same in a home that no daemon runs. Throws as {@link voteOnRequest} and `withClosedHome`, and
 * the errors of the key.
 */
export async function approveClosed(init: ApproveRequestInit): Promise<ApprovedRequest> {
  return await withClosedHome(init.home, systemClock, async ({ home, db, log }) => {
    const passphrase = async () => init.passphrase
    const key = await loadKey(home.nodeKey, { use: 'node', passphrase })
    const journal = createJournal(db, systemClock)
    return voteOnRequest({ log, key, journal, clock: systemClock }, init.request, init.dryRun)
  })
}

/** Throws the faults of `readRequest`. */
export function requireRequest(bytes: Uint8Array): DecisionRequest {
  const request = readRequest(bytes)
  if (!request.ok) throw new PeerageError(request.fault, request.detail)
  return request.value
}
