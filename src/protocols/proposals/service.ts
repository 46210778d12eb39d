import type { PrivateKey } from '../../crypto/ed25519.ts'
import { accept } from '../../encoding/verdict.ts'
import { PeerageError } from '../../errors.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import { createFlood, type Flood, type FloodComponents } from '../../overlay/flood.ts'
import type { Clock } from '../../time/clock.ts'
import {
  PROPOSAL_BYTES,
  sealApproval,
  sealRejection,
  statementDigest
} from '../../trust/approval.ts'
import type { Statement } from '../../trust/entry.ts'
import { sealProposal } from '../../trust/proposal.ts'
import type { KnownProposal, ProposalBook } from './handler.ts'
import { PROPOSALS, type ProposalItem, type ProposalsResponse } from './messages.ts'

export interface ProposalsComponents extends FloodComponents {
  readonly network: NetworkId
  readonly book: ProposalBook
  /** Of this node: it votes for its member. */
  readonly key: PrivateKey
  readonly clock: Clock
  /** Something of a proposal is new. */
  readonly onNews: (proposal: KnownProposal) => void
}

export interface Proposals extends Omit<Flood<KnownProposal>, 'spread'> {
  /** Throws `NOT_AN_APPROVER`, `TOO_MANY_PROPOSALS`. */
  propose(statement: Statement, key: PrivateKey): KnownProposal
  /** Signs for the member of this node. Throws `PROPOSAL_UNKNOWN`, `NOT_AN_APPROVER`. */
  vote(id: string, vote: 'approval' | 'rejection'): KnownProposal
}

/** Floods proposals and their votes. */
export function createProposals(components: ProposalsComponents): Proposals {
  const { network, book, key, clock, random, onNews } = components
  const flood = createFlood<KnownProposal, ProposalItem, ProposalsResponse>(components, {
    protocol: PROPOSALS,
    // With the votes that are known when it is sent.
    request: book.item,
    hear(item, from) {
      const learned = learn(item, from)
      return learned.ok ? accept({ taken: learned.value.taken }) : learned
    },
    known: book.open
  })

  function learn(item: ProposalItem, from?: NodeId): ReturnType<ProposalBook['learn']> {
    const learned = book.learn(item)
    if (!learned.ok || !learned.value.taken) return learned
    const { proposal } = learned.value
    flood.spread([proposal], from)
    onNews(proposal)
    return learned
  }

  /** Throws the fault of what this node made itself. */
  function add(item: ProposalItem): KnownProposal {
    const learned = learn(item)
    if (!learned.ok) throw new PeerageError(learned.fault, learned.detail)
    return learned.value.proposal
  }

  return {
    ...flood,
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
    }
  }
}
