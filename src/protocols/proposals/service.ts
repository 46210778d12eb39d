import type { PrivateKey } from '../../crypto/ed25519.ts'
import { fraction, type Random } from '../../crypto/random.ts'
import { accept } from '../../encoding/verdict.ts'
import { PeerageError } from '../../errors.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Clock } from '../../time/clock.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import {
  PROPOSAL_BYTES,
  sealApproval,
  sealRejection,
  statementDigest
} from '../../trust/approval.ts'
import type { Statement } from '../../trust/entry.ts'
import { sealProposal } from '../../trust/proposal.ts'
import type { KnownProposal, ProposalBook } from './handler.ts'
import { PROPOSALS, type ProposalItem } from './messages.ts'

export interface ProposalsComponents {
  readonly overlay: Pick<Overlay, 'peers' | 'call' | 'serve' | 'nodeId'>
  readonly network: NetworkId
  readonly book: ProposalBook
  /** Of this node: it votes for its member. */
  readonly key: PrivateKey
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
  /** Something of a proposal is new. */
  readonly onNews: (proposal: KnownProposal) => void
}

export interface Proposals {
  start(): Promise<void>
  stop(): void
  /** Tells a new peer everything that is open. */
  tellAll(nodeId: NodeId): Promise<void>
  /** Throws `NOT_AN_APPROVER`, `TOO_MANY_PROPOSALS`. */
  propose(statement: Statement, key: PrivateKey): KnownProposal
  /** Signs for the member of this node. Throws `PROPOSAL_UNKNOWN`, `NOT_AN_APPROVER`. */
  vote(id: string, vote: 'approval' | 'rejection'): KnownProposal
}

/** Floods proposals and votes: what is news goes to all connected peers but the one it came from. */
export function createProposals(components: ProposalsComponents): Proposals {
  const { overlay, network, book, key, clock, scheduler, random, logger, onNews } = components
  let end: (() => void) | undefined

  async function tell(nodeId: NodeId, proposal: KnownProposal): Promise<void> {
    const answer = await overlay.call(nodeId, PROPOSALS, book.item(proposal))
    // Whoever missed it is told again by anti-entropy.
    if (!answer.ok) logger.debug('proposals.not-told', { nodeId, code: answer.fault })
  }

  async function tellAll(nodeId: NodeId): Promise<void> {
    for (const proposal of book.open()) await tell(nodeId, proposal)
  }

  function spread(proposal: KnownProposal, from: NodeId | undefined): void {
    for (const { nodeId } of overlay.peers()) if (nodeId !== from) void tell(nodeId, proposal)
    onNews(proposal)
  }

  /** Throws the fault of what this node made itself. */
  function add(item: ProposalItem): KnownProposal {
    const learned = book.learn(item)
    if (!learned.ok) throw new PeerageError(learned.fault, learned.detail)
    const { taken, proposal } = learned.value
    if (taken) spread(proposal, undefined)
    return proposal
  }

  return {
    tellAll,
    propose(statement, proposer) {
      const proposal = random.bytes(PROPOSAL_BYTES)
      const createdAt = clock.now()
      const expiresAt = createdAt + LIMITS.proposalLifetimeMs
      const content = { network, proposal, statement, createdAt, expiresAt }
      return add({ proposal: sealProposal(content, proposer), approvals: [], rejections: [] })
    },
    vote(id, vote) {
      const known = book.get(id)
      if (known === undefined) throw new PeerageError('PROPOSAL_UNKNOWN', { id })
      if (book.approverOf(key.publicKey) === undefined) throw new PeerageError('NOT_AN_APPROVER')
      const { expiresAt, nonce: proposal } = known
      const content = { network, proposal, statement: statementDigest(known.statement), expiresAt }
      const [approvals, rejections] =
        vote === 'approval'
          ? [[sealApproval(content, key)], []]
          : [[], [sealRejection(content, key)]]
      return add({ proposal: known.bytes, approvals, rejections })
    },
    async start() {
      await overlay.serve(PROPOSALS, async (item, peer) => {
        const learned = book.learn(item)
        if (!learned.ok) return learned
        const { taken, proposal } = learned.value
        if (taken) spread(proposal, peer.nodeId)
        return accept({ taken })
      })
      end = scheduler.every(LIMITS.syncIntervalMs, () => {
        const peers = overlay.peers()
        const peer = peers[Math.floor(fraction(random) * peers.length)]
        if (peer !== undefined) void tellAll(peer.nodeId)
      })
    },
    stop() {
      end?.()
    }
  }
}
