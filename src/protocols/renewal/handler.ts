import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import {
  type Certificate,
  parseCertificate,
  verifyCertificate
} from '../../identity/certificate.ts'
import { generationOf } from '../../identity/certificate-profile.ts'
import { type NodeId, publicKeyOf } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Clock, UnixMillis } from '../../time/clock.ts'
import type { Authority } from '../../trust/authority.ts'
import { expectationOf } from '../../trust/expectation.ts'
import type { TrustLog } from '../../trust/trust-log.ts'

interface Issued {
  readonly serial: string
  readonly issuedAt: UnixMillis
  readonly bytes: Uint8Array
}

/** Why an authority key that is known of signs nothing. */
export type AuthorityClosed = 'AUTHORITY_LOCKED' | 'AUTHORITY_ABSENT' | 'HOME_RESTORED'

/** What renewing needs; only a node that holds the authority key has it. */
export interface RenewalDesk {
  readonly log: Pick<TrustLog, 'network'> & {
    readonly state: Pick<
      TrustLog['state'],
      'node' | 'exclusionOf' | 'authorityKeys' | 'signingKeySince'
    >
  }
  readonly authority: Pick<Authority, 'renew'>
  /** Why nothing can be issued now, if so. */
  readonly closed: () => AuthorityClosed | undefined
  readonly certificates: { newest(nodeId: NodeId): Issued | undefined }
  readonly clock: Clock
  /** Where strangers are served: the overlay refuses a certificate that has ended. */
  readonly frontDesk: () => readonly string[]
  /** Two holders of one key renew: the certificate that was shown is not the newest. */
  readonly onTwoLineages: (nodeId: NodeId, shown: string) => void
}

/**
 * Renews the certificate of the asking node, whose key the channel has proved; `graceMs` after its
 * end at the latest. Renewal never grows the trust log and changes neither names nor groups.
 *
 * The newest certificate of a node is the only one that can be renewed. Asked for again within
 * `LIMITS.renewalRetryMs`, by whoever shows it or the one before, the same certificate is handed
 * out: the answer was lost. Later, an older one means that two holders of the key renew, each from
 * what it got: nobody is told which of them is the thief, so neither goes on with the old one. The
 * generation in the serial tells older from newer also where the list of what was issued is lost
 * or behind: after a recovery, the first to come decides.
 *
 * Faults: those of {@link AuthorityClosed}, `NODE_UNKNOWN`, `CERTIFICATE_REVOKED`,
 * `MEMBER_SUSPENDED`, those of `verifyCertificate`, `CERTIFICATE_SUPERSEDED`. Throws the errors of
 * storage.
 */
export async function answerRenewal(
  desk: RenewalDesk,
  der: Uint8Array,
  nodeId: NodeId,
  graceMs = 0
): Promise<Verdict<Uint8Array>> {
  const { log, authority, certificates, clock } = desk
  const closed = desk.closed()
  if (closed !== undefined) return refuse(closed)
  const shown = judgeShown(desk, der, nodeId, graceMs)
  if (!shown.ok) return shown
  const { serial } = shown.value
  const newest = certificates.newest(nodeId)
  const behind = newest === undefined ? -1 : generationOf(newest.serial) - generationOf(serial)
  if (newest !== undefined && behind >= 0) {
    const isRecent = clock.now() - newest.issuedAt < LIMITS.renewalRetryMs
    const isRepeated = isRecent && behind <= 1
    if (serial !== newest.serial && !isRepeated) {
      desk.onTwoLineages(nodeId, serial)
      return refuse('CERTIFICATE_SUPERSEDED')
    }
    // One that an earlier authority key signed is what the node wants to get rid of.
    const isOfThisKey = newest.issuedAt >= log.state.signingKeySince
    if (isRepeated && isOfThisKey) return accept(newest.bytes)
  }
  return accept(await authority.renew(nodeId, generationOf(serial) + Math.max(behind, 0) + 1))
}

/** The certificate as an admission would judge it, but for the time of grace. */
function judgeShown(
  { log, clock }: RenewalDesk,
  der: Uint8Array,
  nodeId: NodeId,
  graceMs: number
): Verdict<Certificate> {
  const node = log.state.node(nodeId)
  if (node === undefined) return refuse('NODE_UNKNOWN')
  const exclusion = log.state.exclusionOf({ ...node, nodeId })
  // Said before anything about its end: renewing would not help.
  if (exclusion !== undefined) return refuse(exclusion.code)
  const parsed = parseCertificate(der)
  if (!parsed.ok) return parsed
  const { notAfter } = parsed.value
  const isInGrace = clock.now() - LIMITS.clockSkewMs <= notAfter + graceMs
  return verifyCertificate(der, {
    ...expectationOf(log),
    key: publicKeyOf(nodeId),
    now: isInGrace ? Math.min(clock.now(), notAfter) : clock.now()
  })
}
