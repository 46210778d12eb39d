import { PublicKey } from '../crypto/ed25519.ts'
import { PeerageError } from '../errors.ts'
import { createJournal } from '../storage/journal.ts'
import { systemClock } from '../time/clock.ts'
import type { Authority } from '../trust/authority.ts'
import type { Statement } from '../trust/entry.ts'
import { exportLog, type LogFile } from '../trust/log-file.ts'
import { type Agreement, agreementOn } from '../trust/request-consent.ts'
import { judgeRequest } from '../trust/request-file.ts'
import { requireRequest } from './approve-request.ts'
import type { AuthorityKeyring } from './authority-keyring.ts'
import { openClosedAuthority } from './closed-authority.ts'
import { withClosedHome } from './closed-home.ts'

export interface SignRequestInit {
  readonly home: string
  /** What somebody has brought. */
  readonly request: Uint8Array
  readonly passphrase?: Uint8Array
  /** Of the key that the request puts in charge, where that has its own. */
  readonly nextPassphrase?: Uint8Array
  readonly dryRun: boolean
}

export interface SignedRequest {
  readonly statement: Statement
  /** The entry that it is, or with `dryRun` would be. */
  readonly index: number
  /** With `dryRun` consent may be missing. */
  readonly agreement: Agreement
  /** The entry with its checkpoint, to carry back; absent for a dry run. */
  readonly file: LogFile | undefined
}

/**
 * Has the authority key of this home sign what a request asks for, without daemon and network. The
 * entry is in the log of this home before it leaves: the key never signs two things for one place.
 *
 * Throws the faults of `readRequest`, `judgeRequest` and `agreementOn`, `APPROVAL_NEEDED` with who
 * is missing, those of `Authority.decide`, `AUTHORITY_ABSENT`, and as `withClosedHome`.
 */
export async function signRequest(init: SignRequestInit): Promise<SignedRequest> {
  const request = requireRequest(init.request)
  return await withClosedHome(init.home, systemClock, async (closed) => {
    const { db, log } = closed
    const opened = await openClosedAuthority(closed, init.passphrase)
    const refusal = judgeRequest(log, request)
    if (refusal !== undefined) throw new PeerageError(refusal.fault, refusal.detail)
    const agreed = agreementOn(log, request, systemClock.now())
    if (!agreed.ok) throw new PeerageError(agreed.fault, agreed.detail)
    const agreement = agreed.value
    const statement = withApprovals(request.statement, agreement)
    const next = nextKeyOf(statement)
    if (next !== undefined && !opened.keyring.holds(next)) {
      throw new PeerageError('AUTHORITY_ABSENT', { reason: 'the key to be activated is elsewhere' })
    }
    if (init.dryRun) {
      if (agreement.needed === 0) opened.authority.rehearse(statement, () => undefined)
      return { statement, agreement, index: log.size, file: undefined }
    }
    if (agreement.needed > 0) throw consentMissing(agreement)
    const { index } = await write(opened, statement, init)
    const detail = { index, type: statement.type }
    createJournal(db, systemClock).append({ event: 'authority.signed', detail })
    return { statement, agreement, index, file: exportLog(log, index) }
  })
}

function withApprovals(statement: Statement, { approvals }: Agreement): Statement {
  return 'approvals' in statement ? { ...statement, approvals: [...approvals] } : statement
}

/** The key that a statement puts in charge: it signs the checkpoint that follows. */
function nextKeyOf(statement: Statement): PublicKey | undefined {
  const isActivation = statement.type === 'authority-key' && statement.step === 'activated'
  return isActivation ? new PublicKey(statement.key) : undefined
}

async function write(
  { authority, keyring }: { readonly authority: Authority; readonly keyring: AuthorityKeyring },
  statement: Statement,
  { passphrase, nextPassphrase = passphrase }: SignRequestInit
): Promise<{ readonly index: number }> {
  const next = nextKeyOf(statement)
  if (next === undefined) return await authority.decide(statement)
  const approvals = 'approvals' in statement ? statement.approvals : []
  const written = await authority.activateKey(await keyring.open(next, nextPassphrase), approvals)
  await keyring.arrange()
  return written
}

function consentMissing({ approvedBy, missing, needed }: Agreement): PeerageError {
  return new PeerageError('APPROVAL_NEEDED', {
    ...{ needed, missing, approvedBy },
    suggestion: `${needed} of ${missing.join(', ')} run on a node: peerage authority approve FILE --out FILE`
  })
}
