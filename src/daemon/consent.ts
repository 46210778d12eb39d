import { PublicKey } from '../crypto/ed25519.ts'
import type { Random } from '../crypto/random.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { PeerageError, toPeerageError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { KnownProposal, ProposalBook, Proposals } from '../protocols/proposals/index.ts'
import type { Clock } from '../time/clock.ts'
import { statementDigest } from '../trust/approval.ts'
import { needsConsent } from '../trust/approvers.ts'
import type { Statement } from '../trust/entry.ts'
import { beginConsent } from '../trust/request-consent.ts'
import type { RequestConsent } from '../trust/request-file.ts'
import type { TrustState } from '../trust/state.ts'
import type { AuthorityRoom } from './authority-room.ts'

export type ProposalState = 'open' | 'approved' | 'rejected'

export interface ConsentComponents {
  readonly state: TrustState
  readonly book: ProposalBook
  readonly proposals: Pick<Proposals, 'propose'>
  readonly room: AuthorityRoom | undefined
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
  readonly logger: Logger
}

/** Several people in practice: what they agree to is carried out where the authority key is. */
export interface ConsentDesk {
  stateOf(proposal: KnownProposal): ProposalState
  /** Approvals of a grave statement. Throws `APPROVAL_NEEDED`, having proposed it. */
  consentTo(statement: Statement): readonly Uint8Array[]
  /** What a request file carries for a grave statement: the votes that are known, or none yet. */
  forRequest(statement: Statement): RequestConsent | undefined
  /** Carries out what has enough approvals, one after the other, while the key is unlocked. */
  carryOut(): Promise<void>
}

export function createConsentDesk(components: ConsentComponents): ConsentDesk {
  const { state, book, proposals, room, clock, random, logger } = components
  let running = Promise.resolve()

  function stateOf({ approvals, rejections }: KnownProposal): ProposalState {
    const { members, threshold } = state.consent
    const left = members.filter((member) => !rejections.has(member))
    if (left.filter((member) => approvals.has(member)).length >= threshold) return 'approved'
    return left.length < threshold ? 'rejected' : 'open'
  }

  /** Of those who are asked now and did not change their mind. */
  function approvalsOf({ approvals, rejections }: KnownProposal): readonly Uint8Array[] {
    const { members } = state.consent
    const counting = [...approvals].filter(([by]) => members.includes(by) && !rejections.has(by))
    return counting.map(([, bytes]) => bytes)
  }

  function proposalOf(statement: Statement): KnownProposal | undefined {
    const digest = statementDigest(statement)
    const same = book.open().filter((each) => equalBytes(statementDigest(each.statement), digest))
    return same.find((each) => stateOf(each) === 'approved') ?? same.find(isNotRejected)
  }
  const isNotRejected = (proposal: KnownProposal) => stateOf(proposal) !== 'rejected'

  async function write({ statement, ...proposal }: KnownProposal): Promise<void> {
    if (room === undefined || room.closed() !== undefined) return
    const approvals = [...approvalsOf({ statement, ...proposal })]
    if (statement.type === 'authority-key' && statement.step === 'activated') {
      // Whoever asked for it has opened the key, unless it was locked or the node stopped since.
      const key = new PublicKey(statement.key)
      await room.authority.activateKey(await room.keyring.open(key, undefined), approvals)
      await room.keyring.arrange()
      return
    }
    await room.authority.decide('approvals' in statement ? { ...statement, approvals } : statement)
  }

  /** What would be refused with every consent is refused before anybody is asked. */
  function requireOnlyConsent({ authority }: AuthorityRoom, statement: Statement): void {
    try {
      authority.rehearse(statement, () => undefined)
    } catch (error) {
      if (toPeerageError(error).code !== 'APPROVAL_NEEDED') throw error
    }
  }

  return {
    stateOf,
    consentTo(statement) {
      const { members, threshold } = state.consent
      if (threshold === 0 || !needsConsent(statement) || room === undefined) return []
      const known = proposalOf(statement)
      if (known !== undefined && stateOf(known) === 'approved') return approvalsOf(known)
      requireOnlyConsent(room, statement)
      const { id, approvals } = known ?? proposals.propose(statement, room.keyring.current())
      throw new PeerageError('APPROVAL_NEEDED', {
        proposal: id,
        threshold,
        approvers: members,
        approvedBy: [...approvals.keys()],
        suggestion: `${threshold} of ${members.join(', ')} run: peerage authority approve ${id}`
      })
    },
    forRequest(statement) {
      const known = proposalOf(statement)
      if (known === undefined) return beginConsent(state, statement, { random, now: clock.now() })
      const { nonce, expiresAt } = known
      return { proposal: nonce, expiresAt, approvals: approvalsOf(known) }
    },
    async carryOut() {
      running = running.then(async () => {
        if (room === undefined || room.closed() !== undefined) return
        for (const proposal of book.open()) {
          if (stateOf(proposal) !== 'approved') continue
          try {
            await write(proposal)
          } catch (error) {
            const { code } = toPeerageError(error)
            logger.warn('authority.not-carried-out', { proposal: proposal.id, code })
          }
        }
      })
      await running
    }
  }
}
