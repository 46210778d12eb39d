export { TRUST_SYNC } from './messages.ts'
export { createTrustSync, type TrustSync, type TrustSyncComponents } from './service.ts'
