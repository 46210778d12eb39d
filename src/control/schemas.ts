/**
 * Every parameter and result of the control methods, with exact field names. Parameters are strict
 * (an unknown field is refused); results may gain fields, which a client ignores.
 */

export * from './schemas/alarm.ts'
export * from './schemas/audit.ts'
export * from './schemas/authority.ts'
export * from './schemas/cert.ts'
export * from './schemas/config.ts'
export * from './schemas/equivocation.ts'
export * from './schemas/health.ts'
export * from './schemas/holder.ts'
export * from './schemas/invite.ts'
export * from './schemas/kind.ts'
export * from './schemas/member.ts'
export * from './schemas/network.ts'
export * from './schemas/node.ts'
export * from './schemas/peer.ts'
export * from './schemas/proposal.ts'
export * from './schemas/record.ts'
export * from './schemas/record-file.ts'
export * from './schemas/report.ts'
export * from './schemas/reputation.ts'
export * from './schemas/rpc.ts'
export * from './schemas/sync.ts'
export * from './schemas/token.ts'
export * from './schemas/trust.ts'
export * from './schemas/watch.ts'
