export type { TriedAddress } from './desk-call.ts'
export {
  createFrontDeskService,
  type FrontDeskOutcome,
  type FrontDeskServiceComponents,
  type FrontDeskServiceInit
} from './handler.ts'
export {
  createInviteBook,
  type InviteBook,
  type InviteBookComponents,
  type InviteItem,
  type InviteOrder
} from './invites.ts'
export { renewLate } from './renew-late.ts'
export {
  type JoinComponents,
  type Joined,
  type JoinOptions,
  joinNetwork
} from './service.ts'
