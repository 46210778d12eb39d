export { ADDRESSES } from './messages.ts'
export { type Addresses, type AddressesComponents, createAddresses } from './service.ts'
