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
export {
  type JoinComponents,
  type Joined,
  type JoinOptions,
  joinNetwork,
  type TriedAddress
} from './service.ts'
