import type * as z from 'zod'
import type { EventSource } from './events.ts'
import type { RecordChanged } from './record-changed.ts'
import type * as schema from './schemas.ts'

/** What a method gets after its defaults were filled in. */
type Params<Schema extends z.ZodType> = z.output<Schema>
type Result<Schema extends z.ZodType> = z.output<Schema>

export interface CallOptions {
  /** Aborts when the caller goes away or the daemon stops. */
  readonly signal: AbortSignal
}

type Call<Input, Output> = (params: Input, options: CallOptions) => Promise<Output>
type Query<Output> = (options: CallOptions) => Promise<Output>

/** A value goes in and comes out as bytes; the methods of the socket turn it into text and back. */
export type RecordPut = Omit<Params<typeof schema.recordPutParams>, 'value' | 'text'> & {
  readonly value: Uint8Array
}
export type RecordGot = Omit<Result<typeof schema.recordGetResult>, 'value' | 'text'> & {
  readonly value: Uint8Array
}
type Shown = Result<typeof schema.recordHistoryResult>
export type RecordHistory = Omit<Shown, 'versions'> & {
  readonly versions: readonly (Omit<Shown['versions'][number], 'value' | 'text'> & {
    readonly value: Uint8Array
  })[]
}
export type RecordEntries = Omit<Result<typeof schema.recordEntriesResult>, 'entries'> & {
  readonly entries: readonly RecordGot[]
}
export type RecordWatchInit = Params<typeof schema.recordWatchParams> & {
  readonly onChange: (change: RecordChanged) => void
}
export interface StartedWatch {
  readonly cursor: string
  start(): void
  end(): void
}
/** The passphrase as bytes; undefined for a key that is not encrypted. */
export type WithPassphrase<T> = Omit<T, 'passphrase'> & {
  readonly passphrase: Uint8Array | undefined
}
/** DER, however the caller spelled it. Any size: the verdict says when it is too large. */
export interface CertVerify {
  readonly certificate: Uint8Array
}

/**
 * What a node can be asked through its control socket; the daemon implements it. Parameters are
 * checked against their schema before a call. A refusal or failure is a thrown `PeerageError`.
 * Node references (an id, `member/node`, or a node name that only one member has) are resolved by
 * the implementation: `PEER_UNKNOWN`, `NODE_UNKNOWN`, or `INVALID_ARGUMENT` where ambiguous.
 */
export interface NodeApi {
  readonly node: {
    readonly status: Query<Result<typeof schema.nodeStatusResult>>
    readonly health: Query<Result<typeof schema.nodeHealthResult>>
    readonly metrics: Query<Result<typeof schema.nodeMetricsResult>>
    /** Answers first; the stop follows once the answer had its chance to leave. */
    readonly stop: Call<Params<typeof schema.nodeStopParams>, Result<typeof schema.nodeStopResult>>
    /** Throws `TIMEOUT` after `timeoutMs`. */
    readonly wait: Call<Params<typeof schema.nodeWaitParams>, Result<typeof schema.nodeWaitResult>>
  }
  readonly config: {
    readonly show: Query<Result<typeof schema.configShowResult>>
    /** Throws `CONFIG_INVALID`, and then nothing has changed. */
    readonly reload: Query<Result<typeof schema.nodeReloadResult>>
  }
  readonly network: {
    readonly show: Query<Result<typeof schema.networkShowResult>>
  }
  readonly authority: {
    readonly show: Query<Result<typeof schema.authorityShowResult>>
    readonly testRecovery: Call<
      Params<typeof schema.recoveryTestParams>,
      Result<typeof schema.recoveryTestResult>
    >
    /** The methods from here on throw `AUTHORITY_ABSENT` where the authority key is not. */
    readonly unlock: Call<
      WithPassphrase<Params<typeof schema.authorityUnlockParams>>,
      Result<typeof schema.authorityLockResult>
    >
    readonly lock: Call<
      Params<typeof schema.authorityLockParams>,
      Result<typeof schema.authorityLockResult>
    >
    readonly prepare: Call<
      WithPassphrase<Params<typeof schema.keyPrepareParams>>,
      Result<typeof schema.keyStepResult>
    >
    readonly activate: Call<
      WithPassphrase<Params<typeof schema.keyActivateParams>>,
      Result<typeof schema.keyStepResult>
    >
    readonly taint: Call<Params<typeof schema.keyTaintParams>, Result<typeof schema.keyStepResult>>
    readonly revoke: Call<
      Params<typeof schema.keyRevokeParams>,
      Result<typeof schema.keyStepResult>
    >
  }
  readonly policy: {
    readonly show: Query<Result<typeof schema.policyShowResult>>
    /** Throws `AUTHORITY_ABSENT` where the authority key is not. */
    readonly set: Call<Params<typeof schema.policySetParams>, Result<typeof schema.policySetResult>>
  }
  readonly proposals: {
    readonly list: Call<
      Params<typeof schema.proposalListParams>,
      Result<typeof schema.proposalListResult>
    >
    readonly show: Call<
      Params<typeof schema.proposalShowParams>,
      Result<typeof schema.proposalShowResult>
    >
    readonly propose: Call<
      Params<typeof schema.proposalCreateParams>,
      Result<typeof schema.proposalResult>
    >
    readonly approve: Call<
      Params<typeof schema.proposalVoteParams>,
      Result<typeof schema.proposalResult>
    >
    readonly reject: Call<
      Params<typeof schema.proposalVoteParams>,
      Result<typeof schema.proposalResult>
    >
    readonly approveRequest: Call<
      Params<typeof schema.requestApproveParams>,
      Result<typeof schema.requestApproveResult>
    >
    readonly quorum: Call<
      Params<typeof schema.authorityQuorumParams>,
      Result<typeof schema.authorityQuorumResult>
    >
  }
  readonly peers: {
    readonly list: Call<Params<typeof schema.peerListParams>, Result<typeof schema.peerListResult>>
    readonly show: Call<Params<typeof schema.peerParams>, Result<typeof schema.peerShowResult>>
    readonly connect: Call<
      Params<typeof schema.peerConnectParams>,
      Result<typeof schema.peerConnectResult>
    >
    readonly disconnect: Call<
      Params<typeof schema.peerDisconnectParams>,
      Result<typeof schema.peerDisconnectResult>
    >
    readonly diagnose: Call<
      Params<typeof schema.peerDiagnoseParams>,
      Result<typeof schema.peerDiagnoseResult>
    >
    readonly ping: Call<Params<typeof schema.peerParams>, Result<typeof schema.peerPingResult>>
    readonly ban: Call<
      Params<typeof schema.peerBanParams>,
      Result<typeof schema.peerDecisionResult>
    >
    readonly unban: Call<
      Params<typeof schema.peerUnbanParams>,
      Result<typeof schema.peerDecisionResult>
    >
    readonly allow: Call<
      Params<typeof schema.peerAllowParams>,
      Result<typeof schema.peerDecisionResult>
    >
  }
  readonly reputation: {
    readonly list: Call<
      Params<typeof schema.reputationListParams>,
      Result<typeof schema.reputationListResult>
    >
    readonly show: Call<
      Params<typeof schema.reputationShowParams>,
      Result<typeof schema.reputationShowResult>
    >
  }
  readonly opinions: {
    readonly publish: Call<
      Params<typeof schema.opinionPublishParams>,
      Result<typeof schema.opinionPublishResult>
    >
    readonly subscribe: Call<
      Params<typeof schema.opinionSubscribeParams>,
      Result<typeof schema.opinionSubscribeResult>
    >
    readonly unsubscribe: Call<
      Params<typeof schema.opinionUnsubscribeParams>,
      Result<typeof schema.opinionUnsubscribeResult>
    >
    readonly list: Call<
      Params<typeof schema.opinionListParams>,
      Result<typeof schema.opinionListResult>
    >
  }
  readonly reports: {
    readonly list: Call<
      Params<typeof schema.reportListParams>,
      Result<typeof schema.reportListResult>
    >
    readonly show: Call<Params<typeof schema.reportParams>, Result<typeof schema.reportShowResult>>
    readonly export: Call<
      Params<typeof schema.reportParams>,
      Result<typeof schema.reportExportResult>
    >
    readonly submit: Call<
      Params<typeof schema.reportSubmitParams>,
      Result<typeof schema.reportSubmitResult>
    >
  }
  readonly audit: {
    readonly search: Call<
      Params<typeof schema.auditSearchParams>,
      Result<typeof schema.auditSearchResult>
    >
    readonly verify: Call<
      Params<typeof schema.auditVerifyParams>,
      Result<typeof schema.auditVerifyResult>
    >
    readonly export: Call<
      Params<typeof schema.auditExportParams>,
      Result<typeof schema.auditExportResult>
    >
  }
  readonly members: {
    readonly list: Call<
      Params<typeof schema.memberListParams>,
      Result<typeof schema.memberListResult>
    >
    readonly show: Call<
      Params<typeof schema.memberShowParams>,
      Result<typeof schema.memberShowResult>
    >
    /** The methods from here on throw `AUTHORITY_ABSENT` where the authority key is not. */
    readonly set: Call<Params<typeof schema.memberSetParams>, Result<typeof schema.memberSetResult>>
    readonly suspend: Call<
      Params<typeof schema.memberSuspendParams>,
      Result<typeof schema.memberChangeResult>
    >
    readonly resume: Call<
      Params<typeof schema.memberResumeParams>,
      Result<typeof schema.memberChangeResult>
    >
    readonly remove: Call<
      Params<typeof schema.memberRemoveParams>,
      Result<typeof schema.memberChangeResult>
    >
  }
  readonly certs: {
    readonly renew: Query<Result<typeof schema.certRenewResult>>
    readonly crl: Query<Result<typeof schema.certCrlResult>>
    readonly breakGlass: Query<Result<typeof schema.breakGlassResult>>
    readonly withdraw: Call<
      { readonly statement: Uint8Array },
      Result<typeof schema.breakGlassSubmitResult>
    >
    readonly show: Call<Params<typeof schema.certShowParams>, Result<typeof schema.certShowResult>>
    readonly list: Call<Params<typeof schema.certListParams>, Result<typeof schema.certListResult>>
    readonly verify: Call<CertVerify, Result<typeof schema.certVerifyResult>>
    readonly revoke: Call<
      Params<typeof schema.certRevokeParams>,
      Result<typeof schema.certRevokeResult>
    >
    readonly issue: Call<
      Params<typeof schema.certIssueParams>,
      Result<typeof schema.certIssueResult>
    >
    readonly recover: Call<
      Params<typeof schema.certRecoverParams>,
      Result<typeof schema.certRecoverResult>
    >
  }
  readonly invites: {
    readonly create: Call<
      Params<typeof schema.inviteCreateParams>,
      Result<typeof schema.inviteCreateResult>
    >
    readonly list: Call<
      Params<typeof schema.inviteListParams>,
      Result<typeof schema.inviteListResult>
    >
    readonly revoke: Call<
      Params<typeof schema.inviteRevokeParams>,
      Result<typeof schema.inviteRevokeResult>
    >
  }
  readonly trust: {
    readonly export: Call<
      Params<typeof schema.trustExportParams>,
      Result<typeof schema.trustExportResult>
    >
    readonly import: Call<
      Params<typeof schema.trustImportParams>,
      Result<typeof schema.trustImportResult>
    >
    readonly acks: Call<
      Params<typeof schema.trustAcksParams>,
      Result<typeof schema.trustAcksResult>
    >
    readonly sync: Query<Result<typeof schema.trustSyncResult>>
    readonly evidence: Call<
      Params<typeof schema.trustEvidenceParams>,
      Result<typeof schema.trustEvidenceResult>
    >
    /** Throws `NOT_FOUND` where nothing has to be decided. */
    readonly resolve: Call<
      Params<typeof schema.trustResolveParams>,
      Result<typeof schema.trustResolveResult>
    >
    readonly alarms: Call<
      Params<typeof schema.trustAlarmsParams>,
      Result<typeof schema.trustAlarmsResult>
    >
    /** Throws `NOT_FOUND`. */
    readonly acknowledge: Call<
      Params<typeof schema.trustAcknowledgeParams>,
      Result<typeof schema.trustAcknowledgeResult>
    >
    readonly head: Query<Result<typeof schema.trustHeadResult>>
    readonly entries: Call<
      Params<typeof schema.trustEntriesParams>,
      Result<typeof schema.trustEntriesResult>
    >
  }
  readonly kinds: {
    readonly list: Call<Params<typeof schema.kindListParams>, Result<typeof schema.kindListResult>>
    readonly show: Call<Params<typeof schema.kindShowParams>, Result<typeof schema.kindShowResult>>
    /** Both throw `AUTHORITY_ABSENT` where the authority key is not. */
    readonly define: Call<
      Params<typeof schema.kindDefineParams>,
      Result<typeof schema.kindDefineResult>
    >
    readonly retire: Call<
      Params<typeof schema.kindRetireParams>,
      Result<typeof schema.kindRetireResult>
    >
  }
  readonly records: {
    readonly put: Call<RecordPut, Result<typeof schema.recordPutResult>>
    readonly get: Call<Params<typeof schema.recordGetParams>, RecordGot>
    readonly entries: Call<Params<typeof schema.recordEntriesParams>, RecordEntries>
    readonly remove: Call<
      Params<typeof schema.recordRemoveParams>,
      Result<typeof schema.recordRemoveResult>
    >
    readonly history: Call<Params<typeof schema.recordHistoryParams>, RecordHistory>
    readonly receipts: Call<
      Params<typeof schema.recordReceiptsParams>,
      Result<typeof schema.recordReceiptsResult>
    >
    readonly holders: Call<
      Params<typeof schema.recordHoldersParams>,
      Result<typeof schema.recordHoldersResult>
    >
    readonly repair: Query<Result<typeof schema.recordRepairResult>>
    readonly exportFile: Call<
      Params<typeof schema.recordExportParams>,
      Result<typeof schema.recordExportResult>
    >
    readonly importFile: Call<
      Params<typeof schema.recordImportParams>,
      Result<typeof schema.recordImportResult>
    >
    /** Reports nothing before `start`. */
    readonly watch: Call<RecordWatchInit, StartedWatch>
    readonly list: Call<
      Params<typeof schema.recordListParams>,
      Result<typeof schema.recordListResult>
    >
  }
  readonly tokens: {
    readonly create: Call<
      Params<typeof schema.tokenCreateParams>,
      Result<typeof schema.tokenCreateResult>
    >
    readonly list: Call<
      Params<typeof schema.tokenListParams>,
      Result<typeof schema.tokenListResult>
    >
    readonly revoke: Call<
      Params<typeof schema.tokenRevokeParams>,
      Result<typeof schema.tokenRevokeResult>
    >
  }
  /** The hub that the daemon publishes to: `createEventHub` in events.ts. */
  readonly events: EventSource
}
