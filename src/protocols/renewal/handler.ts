import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Clock, UnixMillis } from '../../time/clock.ts'
import type { Authority } from '../../trust/authority.ts'
import type { TrustState } from '../../trust/state.ts'
import type { RenewalRequest, RenewalResponse } from './messages.ts'

interface Issued {
  readonly serial: string
  readonly nodeId: string
  readonly issuedAt: UnixMillis
  readonly bytes: Uint8Array
}

/** What renewing needs; only a node that holds the authority key has it. */
export interface RenewalDesk {
  readonly state: Pick<TrustState, 'node' | 'exclusionOf' | 'signingKeySince'>
  readonly authority: Pick<Authority, 'renew'>
  /** Why nothing can be issued now, if so: the key is locked, or another one is in charge. */
  readonly closed: () => 'AUTHORITY_LOCKED' | 'AUTHORITY_ABSENT' | undefined
  readonly certificates: {
    load(serial: string): Issued | undefined
    newest(nodeId: NodeId): Issued | undefined
  }
  readonly clock: Clock
  /** Two holders of one key renew: the certificate that was shown is not the newest. */
  readonly onTwoLineages: (nodeId: NodeId, shown: string) => void
}

/**
 * Renews the certificate of the asking node, whose key the channel has proved. Renewal never grows
 * the trust log and changes neither names nor groups.
 *
 * The newest certificate of a node is the only one that can be renewed. Asked for again within
 * `LIMITS.renewalRetryMs`, by whoever shows it or the one before, the same certificate is handed
 * out: the answer was lost. Later, an older one means that two holders of the key renew, each from
 * what it got: nobody is told which of them is the thief, so neither goes on with the old one.
 *
 * Faults: `AUTHORITY_LOCKED`, `AUTHORITY_ABSENT`, `NODE_UNKNOWN`, `CERTIFICATE_REVOKED`,
 * `MEMBER_SUSPENDED`, `CERTIFICATE_NOT_IN_LOG` for a serial that was never issued to it,
 * `CERTIFICATE_SUPERSEDED`. Throws the errors of storage.
 */
export async function answerRenewal(
  desk: RenewalDesk,
  { serial }: RenewalRequest,
  nodeId: NodeId
): Promise<Verdict<RenewalResponse>> {
  const { state, authority, certificates, clock } = desk
  const closed = desk.closed()
  if (closed !== undefined) return refuse(closed)
  const node = state.node(nodeId)
  if (node === undefined) return refuse('NODE_UNKNOWN')
  const exclusion = state.exclusionOf({ ...node, serial })
  if (exclusion !== undefined) return refuse(exclusion.code)
  const newest = certificates.newest(nodeId)
  if (newest !== undefined) {
    const isRecent = clock.now() - newest.issuedAt < LIMITS.renewalRetryMs
    if (serial !== newest.serial) {
      if (certificates.load(serial)?.nodeId !== nodeId) return refuse('CERTIFICATE_NOT_IN_LOG')
      if (!isRecent) {
        desk.onTwoLineages(nodeId, serial)
        return refuse('CERTIFICATE_SUPERSEDED')
      }
    }
    // One that an earlier authority key signed is what the node wants to get rid of.
    const isOfThisKey = newest.issuedAt >= state.signingKeySince
    if (isRecent && isOfThisKey) return accept({ certificate: newest.bytes })
  }
  return accept({ certificate: await authority.renew(nodeId) })
}
