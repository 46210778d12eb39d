import type { EventHub } from '../control/events.ts'
import type { EndedCall } from '../control/rpc.ts'
import { PublicKey } from '../crypto/ed25519.ts'
import { ERRORS, type ErrorCode } from '../errors.ts'
import { authorityFingerprint, type VerifiedCertificate } from '../identity/certificate.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { CertifiedPeer, Direction } from '../overlay/certified-peers.ts'
import type { Refusal } from '../overlay/host.ts'
import type { Asked } from '../protocols/diagnostics/index.ts'
import type { FrontDeskOutcome } from '../protocols/enrollment/index.ts'
import type { KnownProposal } from '../protocols/proposals/index.ts'
import type { VerifiedRecord } from '../records/record.ts'
import { reasonOf } from '../reputation/explain.ts'
import type { StandingChange } from '../reputation/ledger.ts'
import type { Journal, JournalEvent } from '../storage/journal.ts'
import { type Clock, formatTime, type UnixMillis } from '../time/clock.ts'
import { RateLimit } from '../time/rate-limit.ts'
import type { TrustEntry } from '../trust/entry.ts'
import type { TrustState } from '../trust/state.ts'
import type { Advance } from '../trust/trust-log.ts'
import type { Afterwards } from './afterwards.ts'
import { showHash } from './api/present.ts'
import type { DaemonState } from './daemon-state.ts'

export interface ObserverComponents {
  readonly events: EventHub
  readonly journal: Journal
  readonly state: DaemonState
  readonly logger: Logger
  readonly clock: Clock
  readonly afterwards: Afterwards
}

/** Turns what happens into events, log lines and journal entries: the one place that decides which. */
export interface Observer {
  admitted(peer: CertifiedPeer, direction: Direction): void
  closed(nodeId: NodeId, reason: ErrorCode | undefined): void
  refused(refusal: Refusal): void
  standingChanged(change: StandingChange): void
  advanced(advance: Advance): void
  enrolled(outcome: FrontDeskOutcome, trust: TrustState): void
  updated(record: VerifiedRecord): void
  called(call: EndedCall): void
  renewed(certificate: VerifiedCertificate): void
  twoLineages(nodeId: NodeId, serial: string): void
  unlocked(locksAt: UnixMillis): void
  locked(): void
  proposed(proposal: KnownProposal): void
  /** Another node asked about the state of this one. */
  diagnosed(asked: Asked): void
}

export function createObserver(components: ObserverComponents): Observer {
  const { events, journal, state, logger, clock, afterwards } = components
  let skipped = 0
  // Each entry is synced to disk: peers must not be able to make the disk the bottleneck.
  const strangers = new RateLimit(clock, {
    count: LIMITS.refusalsJournaledPerMinute,
    perMs: 60_000,
    burst: LIMITS.refusalsJournaledPerMinute
  })

  return {
    admitted({ nodeId, node, member }, direction) {
      logger.info('peer.admitted', { nodeId, direction })
      events.publish('peer.admitted', { nodeId, node, member, direction })
      write({ event: 'peer.admitted', nodeId, detail: { direction } })
      state.changed()
    },
    closed(nodeId, code) {
      logger.info('peer.closed', { nodeId, code })
      events.publish('peer.closed', { nodeId, ...(code === undefined ? {} : { code }) })
      if (code !== undefined) {
        const { layer } = ERRORS[code]
        afterwards(() => write({ event: 'peer.cut', code, layer, nodeId }))
      }
      state.changed()
    },
    refused({ code, direction, nodeId, by }) {
      if (!mayWrite()) return
      logger.warn('peer.refused', { code, direction, nodeId, by })
      events.publish('peer.refused', {
        ...(nodeId === undefined ? {} : { nodeId }),
        ...{ code, direction }
      })
      journal.append({
        event: 'peer.refused',
        ...{ code, layer: ERRORS[code].layer, detail: { direction, by } },
        ...(nodeId === undefined ? {} : { nodeId })
      })
    },
    standingChanged({ member, from, to, reputation }) {
      const { ban } = reputation
      const now = clock.now()
      const until = to === 'banned' && ban !== undefined ? formatTime(ban.until) : undefined
      const code = to === 'banned' ? ban?.code : reputation.cause
      logger.info('reputation.changed', { member, from, to, code })
      events.publish('reputation.changed', {
        ...{ member, standing: to, before: from, reason: reasonOf(reputation, now) },
        ...(until === undefined ? {} : { until })
      })
      const nodeId = reputation.incidents.find((incident) => incident.code === code)?.nodeId
      write({
        event: 'reputation.changed',
        ...(code === undefined ? {} : { code, layer: ERRORS[code].layer }),
        ...(nodeId === undefined ? {} : { nodeId }),
        detail: { member, from, to, ...(until === undefined ? {} : { until }) }
      })
      state.changed()
    },
    advanced({ added, head, isPart }) {
      const { size, root } = head.checkpoint
      if (added.length === 0 || isPart) return
      logger.info('trust.advanced', { size, added: added.length })
      events.publish('trust.advanced', { size, root: showHash(root), added: added.length })
      journal.append({ event: 'trust.advanced', detail: { size, root: showHash(root) } })
      // A log that is fetched as a whole is evidence itself; what comes while we watch is news.
      if (added.length <= LIMITS.entriesJournaledMax) {
        for (const { entry } of added) journal.append(describeEntry(entry))
      }
      state.changed()
    },
    enrolled({ nodeId, ask, invite, code }, trust) {
      const node = trust.node(nodeId)
      if (code === undefined && invite !== undefined && node !== undefined) {
        events.publish('invite.used', { id: invite, member: node.member, node: node.node, nodeId })
      }
      if (code !== undefined && !mayWrite()) return
      journal.append({
        event: `${ask === 'renew' ? 'renewal' : 'enrollment'}.${code === undefined ? 'granted' : 'refused'}`,
        nodeId,
        ...(code === undefined ? {} : { code, layer: ERRORS[code].layer }),
        ...(invite === undefined ? {} : { detail: { invite } })
      })
    },
    updated({ kind, owner, name, version }) {
      events.publish('record.updated', { kind, owner, name, version })
    },
    renewed({ serial, notAfter }) {
      logger.info('cert.renewed', { serial, notAfter })
      events.publish('cert.renewed', { serial, notAfter: formatTime(notAfter) })
      journal.append({ event: 'cert.renewed', detail: { serial, notAfter } })
    },
    twoLineages(nodeId, serial) {
      logger.warn('cert.two-lineages', { nodeId, serial })
      events.publish('cert.two-lineages', { nodeId, serial })
      const code = 'CERTIFICATE_SUPERSEDED'
      write({
        event: 'cert.two-lineages',
        code,
        layer: ERRORS[code].layer,
        nodeId,
        detail: { serial }
      })
    },
    unlocked(end) {
      const locksAt = formatTime(end)
      logger.info('authority.unlocked', { locksAt })
      events.publish('authority.unlocked', { locksAt })
      journal.append({ event: 'authority.unlocked', detail: { locksAt } })
    },
    locked() {
      logger.info('authority.locked')
      events.publish('authority.locked', {})
      journal.append({ event: 'authority.locked', detail: {} })
    },
    proposed({ id, statement, approvals, rejections }) {
      const votes = { approvals: approvals.size, rejections: rejections.size }
      logger.info('authority.proposal', { proposal: id, ...votes })
      events.publish('authority.proposal', { id, type: statement.type, ...votes })
      const event = approvals.size + rejections.size === 0 ? 'proposal' : 'voted'
      write({ event: `authority.${event}`, detail: { id, type: statement.type, ...votes } })
    },
    diagnosed({ nodeId, kinds, code }) {
      const detail = { kinds: kinds.join(' ') }
      logger.info('diagnostics.asked', { nodeId, code, ...detail })
      write({
        event: 'diagnostics.asked',
        nodeId,
        ...(code === undefined ? {} : { code, layer: ERRORS[code].layer }),
        detail
      })
    },
    called({ method, role, tokens, reason, code }) {
      // A record is evidence itself, at every node that holds it.
      if ((method === 'record.put' || method === 'record.remove') && code === undefined) return
      journal.append({
        event: code === undefined ? 'control.called' : 'control.refused',
        ...(code === undefined ? {} : { code, layer: ERRORS[code].layer }),
        detail: {
          ...{ method, socket: role },
          ...(tokens === undefined ? {} : { tokens }),
          ...(reason === undefined ? {} : { reason })
        }
      })
    }
  }

  function write(event: JournalEvent): void {
    if (mayWrite()) journal.append(event)
  }

  /** What was left out is counted, so that a gap is never silent. */
  function mayWrite(): boolean {
    if (!strangers.take()) {
      skipped++
      return false
    }
    if (skipped > 0) journal.append({ event: 'journal.skipped', detail: { events: skipped } })
    skipped = 0
    return true
  }
}

/** A decision of the authority, by what it is about; its whole text is in the trust log. */
function describeEntry(entry: TrustEntry): JournalEvent {
  const { index } = entry
  const event = `authority.${entry.type}`
  switch (entry.type) {
    case 'node-enrolled': {
      const { nodeId, member, node } = entry
      return { event, nodeId, detail: { index, member, node } }
    }
    case 'revoked': {
      const { by, value } = entry.target
      const about = by === 'node' ? { nodeId: value } : {}
      return { event, ...about, detail: { index, by, value, reason: entry.reason } }
    }
    case 'member-added':
    case 'member-changed':
    case 'member-suspended':
    case 'member-resumed':
      return { event, detail: { index, member: entry.member } }
    case 'authority-key':
      return {
        event: `authority.key-${entry.step}`,
        detail: { index, key: authorityFingerprint(new PublicKey(entry.key)) }
      }
    default:
      return { event, detail: { index } }
  }
}
