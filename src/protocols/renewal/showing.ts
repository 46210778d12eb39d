import { accept, type Verdict } from '../../encoding/verdict.ts'
import type { VerifiedCertificate } from '../../identity/certificate.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Clock, UnixMillis } from '../../time/clock.ts'
import { CERTIFICATE } from './messages.ts'

export interface ShowingComponents {
  readonly overlay: Pick<Overlay, 'peers' | 'call' | 'serve'>
  readonly clock: Pick<Clock, 'now'>
  readonly logger: Logger
  /** The certificate in use. */
  readonly certificate: () => VerifiedCertificate
  /** Judges a certificate of a connected peer, and speaks for it from then on. */
  readonly take: (nodeId: NodeId, der: Uint8Array) => Verdict<void>
}

export interface Showing {
  start(): Promise<void>
  /** There is a new certificate. */
  renewed(): void
  /** Tells those that have not taken it yet. */
  look(): void
}

/**
 * Keeps connections open beyond the certificate under which they were opened: the renewed one is
 * shown on them, so that neither its end nor the revocation of its issuer cuts a node that has
 * renewed in time. Who connects later sees it in the handshake.
 */
export function createShowing(components: ShowingComponents): Showing {
  const { overlay, clock, logger, certificate, take } = components
  const told = new Set<NodeId>()
  let renewedAt: UnixMillis | undefined

  async function tell(nodeId: NodeId): Promise<void> {
    const { bytes, serial } = certificate()
    told.add(nodeId)
    const answer = await overlay.call(nodeId, CERTIFICATE, { certificate: bytes })
    if ((answer.ok && answer.value.taken) || certificate().serial !== serial) return
    // The next look tries again: the log of the other may have come by then.
    told.delete(nodeId)
    logger.debug('cert.not-shown', { nodeId, code: answer.ok ? 'behind' : answer.fault })
  }

  function look(): void {
    if (renewedAt === undefined) return
    for (const { nodeId, since } of overlay.peers()) {
      // A handshake that began before may have shown the old one.
      const isOpenSince = since <= renewedAt + LIMITS.dialMs
      if (isOpenSince && !told.has(nodeId)) void tell(nodeId)
    }
  }

  return {
    look,
    renewed() {
      renewedAt = clock.now()
      told.clear()
      look()
    },
    async start() {
      await overlay.serve(CERTIFICATE, async (shown, peer) => {
        const taken = take(peer.nodeId, shown.certificate)
        if (taken.ok) return accept({ taken: true })
        // Its issuer may be a key that our log does not have yet.
        return taken.fault === 'CERTIFICATE_WRONG_ISSUER' ? accept({ taken: false }) : taken
      })
    }
  }
}
