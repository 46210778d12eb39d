export { createProposalBook, type KnownProposal, type ProposalBook } from './handler.ts'
export { createProposals, type Proposals, type ProposalsComponents } from './service.ts'
