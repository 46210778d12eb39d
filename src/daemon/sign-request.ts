import { PeerageError } from '../errors.ts'
import { createJournal } from '../storage/journal.ts'
import { systemClock } from '../time/clock.ts'
import type { Statement } from '../trust/entry.ts'
import { exportLog, type LogFile } from '../trust/log-file.ts'
import { judgeRequest, readRequest } from '../trust/request-file.ts'
import { openClosedAuthority } from './closed-authority.ts'
import { withClosedHome } from './closed-home.ts'

export interface SignRequestInit {
  readonly home: string
  /** What somebody has brought. */
  readonly request: Uint8Array
  readonly passphrase?: Uint8Array
  readonly dryRun: boolean
}

export interface SignedRequest {
  readonly statement: Statement
  /** The entry that it is, or with `dryRun` would be. */
  readonly index: number
  /** The entry with its checkpoint, to carry back; absent for a dry run. */
  readonly file: LogFile | undefined
}

/**
 * Has the authority key of this home sign what a request asks for, without daemon and network. The
 * entry is in the log of this home before it leaves: the key never signs two things for one place.
 *
 * Throws the faults of `readRequest` and `judgeRequest`, those of `Authority.decide`,
 * `AUTHORITY_ABSENT`, and as `withClosedHome`.
 */
export async function signRequest(init: SignRequestInit): Promise<SignedRequest> {
  const request = readRequest(init.request)
  if (!request.ok) throw new PeerageError(request.fault, request.detail)
  const { statement } = request.value
  return await withClosedHome(init.home, systemClock, async (closed) => {
    const { db, log } = closed
    const authority = await openClosedAuthority(closed, init.passphrase)
    const refusal = judgeRequest(log, request.value)
    if (refusal !== undefined) throw new PeerageError(refusal.fault, refusal.detail)
    if (init.dryRun) {
      authority.rehearse(statement, () => undefined)
      return { statement, index: log.size, file: undefined }
    }
    const { index } = await authority.decide(statement)
    const detail = { index, type: statement.type }
    createJournal(db, systemClock).append({ event: 'authority.signed', detail })
    return { statement, index, file: exportLog(log, index) }
  })
}
