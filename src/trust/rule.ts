import { type Refused, refuse } from '../encoding/verdict.ts'

/** The rules of the log by which an entry can be refused, in the `rule` of the detail. */
export type Rule =
  | 'genesis-first'
  | 'genesis-once'
  | 'genesis-index'
  | 'index-next'
  | 'time-forward'
  | 'member-new'
  | 'member-exists'
  | 'member-live'
  | 'member-suspended'
  | 'member-not-suspended'
  | 'node-new'
  | 'node-name-free'
  | 'serial-new'
  | 'invite-once'
  | 'end-after-start'
  | 'target-exists'
  | 'target-live'
  | 'kind-exists'
  | 'kind-live'
  | 'kind-model'
  | 'key-new'
  | 'key-step'
  | 'possession'
  | 'threshold'
  | 'approved'
  | 'approval-once'
  | 'approval-in-time'

export function broken(rule: Rule): Refused<'TRUST_ENTRY_INVALID'> {
  return refuse('TRUST_ENTRY_INVALID', { rule })
}
