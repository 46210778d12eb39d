import type { ResultOf } from '../control/methods/index.ts'
import { count, done, type Report } from './output.ts'

/** What was done to a proposal, and what it waits for. */
export function proposalReport(proposal: ResultOf<'proposal.create'>, what: string): Report {
  const { id, about, state, approvedBy, rejectedBy, threshold, expiresAt } = proposal
  const names = (members: readonly string[]) =>
    members.length === 0 ? undefined : members.join(', ')
  return {
    json: proposal,
    text: (paint) =>
      done(paint, `proposal ${what}: ${about}`, [
        ['id', id],
        ['state', state === 'approved' ? 'approved; the node of the authority writes it' : state],
        ['needs', count(threshold, 'approval')],
        ['approved by', names(approvedBy)],
        ['rejected by', names(rejectedBy)],
        ['expires', expiresAt]
      ]),
    quiet: [id],
    next: 'peerage authority ls'
  }
}
