import type { EventHub } from '../control/events.ts'
import type { NodeApi } from '../control/node-api.ts'
import type { TokenBook } from '../control/token-book.ts'
import { PeerageError } from '../errors.ts'
import type { AssembledOverlay } from '../overlay/overlay.ts'
import type { Diagnostics } from '../protocols/diagnostics/index.ts'
import type { ProposalBook, Proposals } from '../protocols/proposals/index.ts'
import type { Records } from '../protocols/record/index.ts'
import type { Renewal } from '../protocols/renewal/index.ts'
import type { TrustSync } from '../protocols/trust-sync/index.ts'
import { standingOf } from '../reputation/reputation.ts'
import { createCertificateStore } from '../storage/certificate-store.ts'
import type { Journal } from '../storage/journal.ts'
import type { Clock } from '../time/clock.ts'
import type { Ack } from '../trust/ack.ts'
import type { AlarmBook } from './alarms.ts'
import { createAuditApi } from './api/audit.ts'
import { createAuthorityApi } from './api/authority.ts'
import { createCertsApi } from './api/certs.ts'
import { createConfigApi } from './api/config.ts'
import { createDecide } from './api/decisions.ts'
import { createInvitesApi } from './api/invites.ts'
import { createKindsApi } from './api/kinds.ts'
import { createMembersApi } from './api/members.ts'
import { createNetworkApi } from './api/network.ts'
import { createNodeApi as createNodeMethods } from './api/node.ts'
import { createOpinionsApi } from './api/opinions.ts'
import { createPeersApi } from './api/peers.ts'
import { createPolicyApi } from './api/policy.ts'
import { createProposalsApi } from './api/proposals.ts'
import { createRecordsApi } from './api/records.ts'
import { createReportsApi } from './api/reports.ts'
import { createReputationApi } from './api/reputation.ts'
import { createTokensApi } from './api/tokens.ts'
import { createTrustApi } from './api/trust.ts'
import type { AppliedView } from './applied.ts'
import { exposedKeys, judgeAttention } from './attention.ts'
import type { AuthorityRoom } from './authority-room.ts'
import type { BreakGlassDesk } from './break-glass.ts'
import type { ConsentDesk } from './consent.ts'
import type { DaemonState } from './daemon-state.ts'
import type { EvidenceRoom } from './evidence.ts'
import type { LastRefusal } from './last-refusal.ts'
import type { Tally } from './metrics/tally.ts'
import { createMetricsView } from './metrics/view.ts'
import type { OpenedNode } from './open-node.ts'
import type { OpinionRoom } from './opinions.ts'
import type { ReputationRoom } from './reputation.ts'
import { showRevocationList } from './revocation-list.ts'

export interface NodeApiComponents {
  readonly node: OpenedNode
  readonly overlay: AssembledOverlay
  readonly records: Records
  readonly authorityRoom: AuthorityRoom | undefined
  readonly state: DaemonState
  readonly events: EventHub
  readonly tokens: TokenBook
  readonly clock: Clock
  readonly journal: Journal
  readonly renewal: Pick<Renewal, 'renew'>
  readonly applied: AppliedView
  readonly breakGlass: BreakGlassDesk
  readonly proposals: Proposals
  readonly proposalBook: ProposalBook
  readonly consent: ConsentDesk
  readonly acks: () => readonly Ack[]
  readonly alarms: AlarmBook
  readonly trustSync: Pick<TrustSync, 'pull'>
  readonly reputation: ReputationRoom
  readonly tally: Tally
  readonly evidence: EvidenceRoom
  readonly opinions: OpinionRoom
  readonly diagnostics: Pick<Diagnostics, 'ask'>
  readonly version: string
  readonly lastRefusal: LastRefusal
  readonly requestStop: (reason: string) => void
}

/** Everything that the control socket can ask of this node, put together from its parts. */
export function createNodeApi(components: NodeApiComponents): NodeApi {
  const { node, overlay, records, authorityRoom: room, state, events, clock, journal } = components
  const { log, certificate } = node
  const { maxAge } = node.live
  const { proposals, proposalBook: book, consent } = components
  const { applied } = components
  const decide = createDecide({ log, applied, ...consent }, () => {
    if (room === undefined) throw new PeerageError('AUTHORITY_ABSENT')
    return room.authority
  })
  const { reputation, decisions, resolveMember } = createReputationApi({
    ...{ room: components.reputation, state: log.state, overlay, clock },
    rejudge: () => overlay.host.rejudge()
  })
  const invites = createInvitesApi(room?.book)
  const attention = () =>
    judgeAttention({
      clockBehindMs: node.clock.behindMs(),
      ...{ log, clock, maxAge, certificate: certificate.current() },
      connected: overlay.peers().length,
      uptimeMs: state.uptimeMs(),
      exposedKeys: exposedKeys(node.home),
      isAuthorityLocked: room?.closed() === 'AUTHORITY_LOCKED',
      lastRefusal: components.lastRefusal.current(),
      bannedBy: components.lastRefusal.bannedBy(),
      alarms: components.alarms.open()
    })
  return {
    node: createNodeMethods({
      ...{ state, log, overlay, clock, journal, maxAge },
      certificate: () => certificate.current(),
      version: components.version,
      attention,
      metrics: createMetricsView({ ...components, attention }),
      requestStop: components.requestStop
    }),
    config: createConfigApi(node.live, node.home.config),
    network: createNetworkApi({
      log,
      hasAuthorityKey: () => room !== undefined && room.keyring.state() !== 'absent',
      frontDesk: () => room?.desk.addresses() ?? []
    }),
    policy: createPolicyApi({ log, decide }),
    proposals: createProposalsApi({
      ...{ log, book, proposals, consent, decide, key: node.key, journal, clock }
    }),
    peers: {
      ...createPeersApi({
        state: log.state,
        overlay,
        diagnostics: components.diagnostics,
        knownAddresses: (nodeId) => overlay.book.addressesOf(nodeId),
        standingOf(member) {
          const known = components.reputation.ledger.reputation(member)
          const standingReason = components.reputation.reasonOf(member)
          return { standing: standingOf(known, clock.now()), standingReason }
        }
      }),
      ...decisions
    },
    reputation,
    opinions: createOpinionsApi({
      ...{ room: components.opinions, reputation: components.reputation, state: log.state, clock },
      ...{ resolveMember, own: certificate.current().member }
    }),
    reports: createReportsApi({ room: components.evidence, log, clock }),
    authority: createAuthorityApi({
      ...{ log, room, journal, decide },
      certificates: createCertificateStore(node.db),
      async renewOwn(issuer) {
        if (certificate.current().issuer.equals(issuer)) await components.renewal.renew()
      }
    }),
    members: createMembersApi({ state: log.state, overlay, decide }),
    certs: createCertsApi({
      ...{ log, clock },
      decide,
      renew: () => components.renewal.renew(),
      async crl() {
        if (room === undefined) throw new PeerageError('AUTHORITY_ABSENT')
        return await showRevocationList({ node, clock }, room)
      },
      issuing() {
        if (room === undefined) throw new PeerageError('AUTHORITY_ABSENT')
        const closed = room.closed()
        if (closed !== undefined) throw new PeerageError(closed)
        const certificates = createCertificateStore(node.db)
        return { log, authority: room.authority, certificates, clock, journal }
      },
      certificateOf: (nodeId) =>
        nodeId === overlay.nodeId ? certificate.current() : overlay.peer(nodeId)?.certificate,
      self: overlay.nodeId,
      breakGlass: components.breakGlass,
      invites
    }),
    invites,
    trust: createTrustApi({
      log,
      applied: components.applied,
      acks: components.acks,
      alarms: components.alarms,
      doubts: node.doubts,
      ...{ overlay, trustSync: components.trustSync },
      maxAge
    }),
    kinds: createKindsApi({ state: log.state, decide }),
    records: createRecordsApi({ records, clock }),
    audit: createAuditApi(journal),
    tokens: createTokensApi(components.tokens),
    events
  }
}
