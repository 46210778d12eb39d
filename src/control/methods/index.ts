import type * as z from 'zod'
import { trustAcknowledge, trustAlarms } from './alarm.ts'
import { auditExport, auditSearch, auditVerify } from './audit.ts'
import { authorityLock, authorityShow, authorityUnlock, recoveryTest } from './authority.ts'
import { keyActivate, keyPrepare, keyRevoke, keyTaint } from './authority-keys.ts'
import {
  certBreakGlass,
  certCrl,
  certIssue,
  certList,
  certRecover,
  certRenew,
  certRevoke,
  certShow,
  certVerify,
  certWithdraw
} from './cert.ts'
import { configShow, nodeReload } from './config.ts'
import { trustEvidence, trustResolve } from './equivocation.ts'
import { eventsSubscribe, eventsUnsubscribe } from './events.ts'
import { nodeHealth, nodeMetrics } from './health.ts'
import { recordHolders, recordReceipts, recordRepair } from './holder.ts'
import { inviteCreate, inviteList, inviteRevoke } from './invite.ts'
import { kindDefine, kindList, kindRetire, kindShow } from './kind.ts'
import {
  memberList,
  memberRemove,
  memberResume,
  memberSet,
  memberShow,
  memberSuspend
} from './member.ts'
import { networkShow } from './network.ts'
import { nodeStatus, nodeStop, nodeWait } from './node.ts'
import { opinionList, opinionPublish, opinionSubscribe, opinionUnsubscribe } from './opinion.ts'
import { peerConnect, peerDiagnose, peerDisconnect, peerList, peerPing, peerShow } from './peer.ts'
import { policySet, policyShow } from './policy.ts'
import {
  authorityQuorum,
  proposalApprove,
  proposalCreate,
  proposalList,
  proposalReject,
  proposalShow,
  requestApprove
} from './proposal.ts'
import {
  recordEntries,
  recordGet,
  recordHistory,
  recordList,
  recordPut,
  recordRemove
} from './record.ts'
import { recordExport, recordImport } from './record-file.ts'
import { reportExport, reportList, reportShow, reportSubmit } from './report.ts'
import { peerAllow, peerBan, peerUnban, reputationList, reputationShow } from './reputation.ts'
import { rpcAuthenticate, rpcDiscover, rpcPing, rpcVersion } from './rpc.ts'
import { trustSync } from './sync.ts'
import { tokenCreate, tokenList, tokenRevoke } from './token.ts'
import { trustAcks, trustEntries, trustExport, trustHead, trustImport } from './trust.ts'
import { recordUnwatch, recordWatch } from './watch.ts'

/** Every method of the control socket. What is not listed here does not exist. */
export const methods = [
  rpcDiscover,
  rpcVersion,
  rpcPing,
  rpcAuthenticate,
  nodeStatus,
  nodeStop,
  nodeWait,
  nodeReload,
  nodeHealth,
  nodeMetrics,
  configShow,
  networkShow,
  authorityShow,
  recoveryTest,
  authorityUnlock,
  authorityLock,
  keyPrepare,
  keyActivate,
  keyTaint,
  keyRevoke,
  authorityQuorum,
  policyShow,
  policySet,
  proposalList,
  proposalShow,
  proposalCreate,
  proposalApprove,
  proposalReject,
  requestApprove,
  peerList,
  peerShow,
  peerConnect,
  peerDisconnect,
  peerPing,
  peerDiagnose,
  peerBan,
  peerUnban,
  peerAllow,
  reputationList,
  reputationShow,
  reportList,
  reportShow,
  reportExport,
  reportSubmit,
  opinionPublish,
  opinionSubscribe,
  opinionUnsubscribe,
  opinionList,
  memberList,
  memberShow,
  memberSet,
  memberSuspend,
  memberResume,
  memberRemove,
  certShow,
  certList,
  certVerify,
  certRenew,
  certRevoke,
  certBreakGlass,
  certWithdraw,
  certCrl,
  certIssue,
  certRecover,
  inviteCreate,
  inviteList,
  inviteRevoke,
  trustHead,
  trustEntries,
  trustAcks,
  trustExport,
  trustImport,
  trustAlarms,
  trustAcknowledge,
  kindList,
  kindShow,
  kindDefine,
  kindRetire,
  trustEvidence,
  trustResolve,
  trustSync,
  recordPut,
  recordRemove,
  recordGet,
  recordHistory,
  recordHolders,
  recordReceipts,
  recordRepair,
  recordEntries,
  recordList,
  recordWatch,
  recordUnwatch,
  recordExport,
  recordImport,
  tokenCreate,
  tokenList,
  tokenRevoke,
  auditSearch,
  auditVerify,
  auditExport,
  eventsSubscribe,
  eventsUnsubscribe
] as const

type Definition = (typeof methods)[number]

export type MethodName = Definition['name']
/** Parameters as a caller writes them: fields with defaults may be left out. */
export type ParamsOf<Name extends MethodName> = z.input<
  Extract<Definition, { name: Name }>['params']
>
export type ResultOf<Name extends MethodName> = z.output<
  Extract<Definition, { name: Name }>['result']
>
