import { PeerageError } from '../../errors.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import {
  callDesk,
  type Desk,
  type DeskComponents,
  type DeskOptions,
  fetchEntries,
  requireOk
} from './desk-call.ts'
import { enrolledSchema } from './messages.ts'

/**
 * Asks a front desk for the certificate that follows one which has ended: the overlay admits nobody
 * with that. The trust log is brought up to date first, since the answer may be signed by a key
 * that is newer than what this node knows. The caller verifies the certificate.
 *
 * Throws what {@link callDesk} throws; the refusal of the authority, `CERTIFICATE_EXPIRED` where its
 * policy grants no more time; the faults of `TrustLog.advance`.
 */
export async function renewLate(
  components: DeskComponents,
  desk: Desk,
  { certificate, log }: { readonly certificate: Uint8Array; readonly log: TrustLog },
  options: DeskOptions = {}
): Promise<Uint8Array> {
  return await callDesk(components, desk, options, async (ask) => {
    const { size } = log
    const answer = await ask({ version: 1, ask: 'renew', certificate, size }, enrolledSchema)
    const head = requireOk(log.judgeCheckpoint(answer.checkpoint)).checkpoint
    const entries = await fetchEntries(ask, size, head.checkpoint.size)
    const advanced = log.advance({ checkpoint: answer.checkpoint, entries })
    if (!advanced.ok) throw new PeerageError(advanced.fault, advanced.detail)
    return answer.certificate
  })
}
