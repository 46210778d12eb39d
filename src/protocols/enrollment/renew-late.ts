import type { TrustLog } from '../../trust/trust-log.ts'
import {
  callDesk,
  type Desk,
  type DeskComponents,
  type DeskOptions,
  requireOk
} from './desk-call.ts'
import { fetchPages, takePages } from './log-pages.ts'
import { enrolledSchema } from './messages.ts'

/**
 * Asks a front desk for the certificate that follows one which has ended: the overlay admits nobody
 * with that. The trust log is brought up to date first, since the answer may be signed by a key
 * that is newer than what this node knows. The caller verifies the certificate.
 *
 * Throws what {@link callDesk} throws; the refusal of the authority, `CERTIFICATE_EXPIRED` where its
 * policy grants no more time; what {@link takePages} throws.
 */
export async function renewLate(
  components: DeskComponents,
  desk: Desk,
  { certificate, log }: { readonly certificate: Uint8Array; readonly log: TrustLog },
  options: DeskOptions = {}
): Promise<Uint8Array> {
  return await callDesk(components, desk, options, async (ask) => {
    const from = log.reach
    const answer = await ask({ version: 1, ask: 'renew', certificate, size: from }, enrolledSchema)
    const { checkpoint } = answer
    const head = requireOk(log.judgeCheckpoint(checkpoint)).checkpoint
    const { size } = head.checkpoint
    await takePages(log, { checkpoint, from, size }, fetchPages(ask, { from, size }))
    return answer.certificate
  })
}
