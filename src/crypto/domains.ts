/**
 * Every domain under which a Peerage key signs. One format, one domain: a signature made for one
 * can never be presented as another (SR-INT-1). The list is closed; a new format adds a line here.
 */
export const DOMAINS = {
  trustEntry: 'peerage/trust-entry/v1',
  checkpoint: 'peerage/checkpoint/v1',
  approval: 'peerage/approval/v1',
  rejection: 'peerage/rejection/v1',
  proposal: 'peerage/proposal/v1',
  breakGlass: 'peerage/break-glass/v1',
  ack: 'peerage/ack/v1',
  signOfLife: 'peerage/sign-of-life/v1',
  authorityKey: 'peerage/authority-key/v1',
  invite: 'peerage/invite/v1',
  addresses: 'peerage/addresses/v1',
  record: 'peerage/record/v1',
  storageReceipt: 'peerage/storage-receipt/v1',
  storageProof: 'peerage/storage-proof/v1',
  receipt: 'peerage/receipt/v1'
} as const

export type Domain = (typeof DOMAINS)[keyof typeof DOMAINS]
