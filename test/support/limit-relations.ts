import { LIMITS } from '../../src/limits.ts'

/** Relations between bounds that a change of one number must not break. */
export const LIMIT_RELATIONS: readonly (readonly [string, boolean])[] = [
  [
    'a paused stream cannot overflow its read buffer',
    2 * LIMITS.streamWindowBytesMax <= LIMITS.streamReadBufferBytesMax
  ],
  [
    'no stream of ours fills the write buffer of a connection',
    LIMITS.streamWindowBytesMax < LIMITS.connectionWriteBufferBytesMax
  ],
  [
    'a hello carries a certificate, a checkpoint and what put the authority keys in charge',
    LIMITS.certificateBytesMax + LIMITS.checkpointBytesMax + LIMITS.successionBytesMax <
      LIMITS.helloBytesMax
  ],
  ['any one entry fits into a succession', LIMITS.trustEntryBytesMax < LIMITS.successionBytesMax],
  [
    'the largest record fits into a request',
    LIMITS.noteValueBytesMax + LIMITS.recordOverheadBytesMax < LIMITS.requestBytesMax
  ],
  [
    'the largest note fits into a record',
    LIMITS.noteValueBytesMax + LIMITS.recordOverheadBytesMax <= LIMITS.recordBytesMax
  ],
  [
    'a kind grants no more records than one owner may have',
    LIMITS.kindRecordsMax <= LIMITS.recordsPerOwnerMax
  ],
  [
    'the largest value of a kind fits into a record',
    LIMITS.kindValueBytesMax + LIMITS.recordOverheadBytesMax <= LIMITS.recordBytesMax
  ],
  [
    'every version kept is in an answer, and a rival',
    LIMITS.kindVersionsMax < LIMITS.recordHistoryPerAnswerMax
  ],
  [
    'a page of a dictionary and the record that ends it fit into an answer',
    LIMITS.recordEntriesBytesMax + LIMITS.recordBytesMax < LIMITS.responseBytesMax
  ],
  [
    'a record and its rival fit into an answer',
    2 * LIMITS.recordBytesMax < LIMITS.responseBytesMax
  ],
  [
    'the largest value fits into a line as base64url',
    (LIMITS.noteValueBytesMax * 4) / 3 < LIMITS.rpcFrameBytesMax
  ],
  [
    'one largest answer of a batch is no reason to cut a client that reads',
    4 * LIMITS.rpcBatchAnswerBytesMax <= LIMITS.rpcBacklogBytesMax
  ],
  [
    'a certificate fits into a request at the front desk',
    LIMITS.certificateBytesMax + 128 < LIMITS.enrollRequestBytesMax
  ],
  ['a client is told before the daemon ends', LIMITS.rpcFlushMs < LIMITS.stopMs],
  [
    'backdating stays within the tolerated skew',
    LIMITS.certificateBackdateMs <= LIMITS.clockSkewMs
  ],
  [
    'a message of acknowledgments fits into a request',
    LIMITS.acksPerMessageMax * (LIMITS.ackBytesMax + 4) < LIMITS.requestBytesMax
  ],
  [
    'the largest policy with all approvals fits into an entry',
    LIMITS.policyLengthMax + LIMITS.approversMax * LIMITS.approvalBytesMax <
      LIMITS.trustEntryBytesMax
  ],
  [
    'the largest entry fits into a page of the front desk',
    LIMITS.trustEntryBytesMax < LIMITS.enrollPageBytesMax
  ],
  [
    'a page of entries with its proof fits into an answer of the front desk',
    LIMITS.enrollPageBytesMax + LIMITS.syncEntriesMax * 8 + LIMITS.proofHashesMax * 34 <
      LIMITS.enrollResponseBytesMax
  ],
  [
    'a proposal with all its votes fits into a request',
    LIMITS.trustEntryBytesMax + 2 * LIMITS.approversMax * LIMITS.approvalBytesMax <
      LIMITS.requestBytesMax
  ],
  [
    'the keys of all readers leave room for a value',
    LIMITS.sealedReadersMax * 88 + 1024 < LIMITS.kindValueBytesMax
  ],
  [
    'the longest proof of misbehavior fits into a report, and that into a request',
    2 * LIMITS.recordBytesMax < LIMITS.recordEvidenceBytesMax &&
      LIMITS.recordEvidenceBytesMax < LIMITS.requestBytesMax
  ],
  ['DHT frames fit the budget of their stream', LIMITS.dhtFrameBytesMax <= LIMITS.dhtStreamBytesMax]
]
