import { fraction, type Random } from '../../crypto/random.ts'
import { equalBytes } from '../../encoding/bytes.ts'
import { accept, type Verdict } from '../../encoding/verdict.ts'
import { type ErrorCode, PeerageError } from '../../errors.ts'
import type { VerifiedCertificate } from '../../identity/certificate.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Clock } from '../../time/clock.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import { answerRenewal, type RenewalDesk } from './handler.ts'
import { RENEWAL, type RenewalRequest, type RenewalResponse } from './messages.ts'
import { createShowing, type ShowingComponents } from './showing.ts'

export interface RenewalComponents {
  readonly overlay: Pick<Overlay, 'peers' | 'call' | 'serve' | 'nodeId'>
  /** Where this node holds the authority key. */
  readonly desk: RenewalDesk | undefined
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
  /** The certificate in use. */
  readonly certificate: () => VerifiedCertificate
  /** Whether the key that signed it is tainted: it is renewed at once then. */
  readonly isTainted: (certificate: VerifiedCertificate) => boolean
  /** Judges a renewed certificate of a connected peer, and speaks for it from then on. */
  readonly take: ShowingComponents['take']
  /** Verifies a certificate for the own key, stores it and uses it from then on. */
  readonly install: (der: Uint8Array) => Verdict<VerifiedCertificate>
  /**
   * Renews a certificate that has ended where strangers are served; the overlay admits nobody with
   * it. Undefined where no front desk is known. Throws its refusal, or that none was reached.
   */
  readonly atDesk?: (certificate: VerifiedCertificate) => Promise<Uint8Array | undefined>
  /** Told where that is, by those that renew in time. */
  readonly onFrontDesk?: (addresses: readonly string[]) => void
  readonly onRenewed: (certificate: VerifiedCertificate) => void
}

export interface Renewal {
  start(): Promise<void>
  stop(): void
  /**
   * Renews at once. Throws `RENEWAL_UNAVAILABLE` with the codes of those that were asked,
   * `AUTHORITY_LOCKED` where the key is here and nobody else helped, or the refusal of the authority.
   */
  renew(): Promise<VerifiedCertificate>
  /** Looks whether the certificate is due, as it does by itself every minute. */
  look(): void
}

/** Refusals by an authority: no other peer would say anything else. */
const FINAL: readonly ErrorCode[] = [
  'CERTIFICATE_SUPERSEDED',
  'CERTIFICATE_REVOKED',
  'MEMBER_SUSPENDED'
]

/**
 * Renews the own certificate when two thirds of its time have passed, through any connected node
 * that holds the authority key, and answers others where this node does. Renewal begins so early
 * that an authority may be away for a third of a lifetime; until then it is tried again and again.
 */
export function createRenewal(components: RenewalComponents): Renewal {
  const { overlay, desk, clock, scheduler, random, logger, certificate } = components
  // Nodes that were enrolled together do not come back together.
  const jitter = ((fraction(random) - 0.5) * LIMITS.renewalJitterPercent) / 100
  let running: Promise<VerifiedCertificate> | undefined
  let helpful: NodeId | undefined
  let retryAt = 0
  let failures = 0
  let cancel: (() => void) | undefined

  const showing = createShowing(components)

  const canIssue = () => desk !== undefined && desk.closed() === undefined

  function renew(): Promise<VerifiedCertificate> {
    running ??= attempt().finally(() => {
      running = undefined
    })
    return running
  }

  async function attempt(): Promise<VerifiedCertificate> {
    const tried: { nodeId: NodeId; code: string }[] = []
    for (const nodeId of whomToAsk()) {
      const answer = await ask(nodeId)
      // Just issued: there is nothing newer to have yet.
      if (answer.ok && equalBytes(answer.value.certificate, certificate().bytes))
        return certificate()
      const installed = answer.ok ? components.install(answer.value.certificate) : answer
      if (installed.ok) {
        helpful = nodeId
        if (answer.ok) components.onFrontDesk?.(answer.value.frontDesk)
        return use(installed.value)
      }
      tried.push({ nodeId, code: installed.fault })
      if (FINAL.includes(installed.fault)) throw new PeerageError(installed.fault)
    }
    const late = await renewLate()
    if (late !== undefined) return late
    // What the own operator can do about it comes first.
    if (desk?.closed() === 'AUTHORITY_LOCKED') throw new PeerageError('AUTHORITY_LOCKED', { tried })
    throw new PeerageError('RENEWAL_UNAVAILABLE', { tried })
  }

  async function renewLate(): Promise<VerifiedCertificate | undefined> {
    if (clock.now() <= certificate().notAfter) return undefined
    const bytes = await components.atDesk?.(certificate())
    if (bytes === undefined) return undefined
    const installed = components.install(bytes)
    if (!installed.ok) throw new PeerageError(installed.fault, installed.detail)
    return use(installed.value)
  }

  function use(renewed: VerifiedCertificate): VerifiedCertificate {
    components.onRenewed(renewed)
    showing.renewed()
    return renewed
  }

  /** This node itself where it can; else whoever helped before, then the others in random order. */
  function whomToAsk(): readonly NodeId[] {
    if (canIssue()) return [overlay.nodeId]
    const peers = overlay.peers().map((peer) => ({ nodeId: peer.nodeId, key: fraction(random) }))
    peers.sort((a, b) => a.key - b.key)
    const order = peers.map((peer) => peer.nodeId)
    const first = order.filter((nodeId) => nodeId === helpful)
    return [...first, ...order.filter((nodeId) => nodeId !== helpful)]
  }

  async function ask(nodeId: NodeId): Promise<Verdict<RenewalResponse>> {
    const request = { certificate: certificate().bytes }
    return desk === undefined || nodeId !== overlay.nodeId
      ? await overlay.call(nodeId, RENEWAL, request)
      : await respond(desk, request, nodeId)
  }

  function look(): void {
    showing.look()
    const { notBefore, notAfter } = certificate()
    const dueAt = notBefore + (notAfter - notBefore) * (2 / 3 + jitter)
    const isDue = clock.now() >= dueAt || components.isTainted(certificate())
    if (!isDue || clock.monotonic() < retryAt) return
    renew().then(
      () => {
        failures = 0
        retryAt = 0
      },
      (error: unknown) => {
        const wait = Math.min(LIMITS.renewalWaitMsMax, LIMITS.renewalWaitMsMin * 2 ** failures)
        failures = Math.min(failures + 1, 20)
        retryAt = clock.monotonic() + wait
        const code = error instanceof PeerageError ? error.code : 'INTERNAL'
        logger.warn('cert.renewal-failed', { code, retryMs: wait })
      }
    )
  }

  return {
    renew,
    look,
    async start() {
      if (desk !== undefined) {
        await overlay.serve(RENEWAL, async (request, peer) => respond(desk, request, peer.nodeId))
      }
      await showing.start()
      cancel = scheduler.every(LIMITS.renewalLookMs, look)
      look()
    },
    stop() {
      cancel?.()
    }
  }
}

async function respond(
  desk: RenewalDesk,
  request: RenewalRequest,
  nodeId: NodeId
): Promise<Verdict<RenewalResponse>> {
  const renewed = await answerRenewal(desk, request.certificate, nodeId)
  if (!renewed.ok) return renewed
  const frontDesk = desk.frontDesk().slice(0, LIMITS.addressesPerPeerMax)
  return accept({ certificate: renewed.value, frontDesk })
}
