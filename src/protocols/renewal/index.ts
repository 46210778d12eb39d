export { type AuthorityClosed, answerRenewal, type RenewalDesk } from './handler.ts'
export { createRenewal, type Renewal, type RenewalComponents } from './service.ts'
