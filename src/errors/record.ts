import { type ErrorRow, EXIT } from './row.ts'

/** Records and their holders. Numbers 1500 to 1599. */
export const RECORD_ERRORS = {
  RECORD_MALFORMED: {
    number: 1500,
    exit: EXIT.verification,
    layer: 'record',
    retryable: false,
    penalty: 'major',
    text: 'The record does not follow its format.',
    hint: 'Nothing was stored.'
  },
  RECORD_SIGNATURE_INVALID: {
    number: 1501,
    exit: EXIT.verification,
    layer: 'record',
    retryable: false,
    penalty: 'major',
    text: 'The signature of the record does not match its content.',
    hint: 'Nothing was stored; the record was changed after signing.'
  },
  RECORD_KIND_UNKNOWN: {
    number: 1502,
    exit: EXIT.usage,
    layer: 'record',
    retryable: false,
    penalty: 'slight',
    text: 'The network has no such kind of records.',
    hint: 'List the kinds (kind ls) and check the spelling.'
  },
  RECORD_WRITER_DENIED: {
    number: 1503,
    exit: EXIT.denied,
    layer: 'record',
    retryable: false,
    penalty: 'minor',
    text: 'The signer may not write this record.',
    hint: 'The kind says who may write it: see kind show.'
  },
  RECORD_TOO_LARGE: {
    number: 1504,
    exit: EXIT.denied,
    layer: 'record',
    retryable: false,
    penalty: 'minor',
    text: 'The value is larger than its kind allows.',
    hint: 'Make the value smaller; the limit is in the details.'
  },
  RECORD_STALE: {
    number: 1505,
    exit: EXIT.conflict,
    layer: 'record',
    retryable: false,
    penalty: 'slight',
    text: 'A newer version of this record exists.',
    hint: 'Read the newest version first, then write again.'
  },
  RECORD_CONFLICT: {
    number: 1506,
    exit: EXIT.conflict,
    layer: 'record',
    retryable: false,
    penalty: 'slight',
    text: 'Another record of the same version with other content exists.',
    hint: 'The owner signed two contents under one version; read the record and write a newer one.'
  },
  RECORD_EXPIRED: {
    number: 1507,
    exit: EXIT.denied,
    layer: 'record',
    retryable: false,
    penalty: 'slight',
    text: 'The record is past its lifetime.',
    hint: 'Its owner has to write it again.'
  },
  RECORD_NOT_FOUND: {
    number: 1508,
    exit: EXIT.notFound,
    layer: 'record',
    retryable: false,
    penalty: 'none',
    text: 'No holder has a record under this name.',
    hint: 'Check kind, owner and name.'
  },
  RECORD_UNDER_REPLICATED: {
    number: 1509,
    exit: EXIT.partial,
    layer: 'record',
    retryable: true,
    penalty: 'none',
    text: 'Fewer nodes than asked for have stored the record.',
    hint: 'The record is stored where the details say; it is stored elsewhere when more nodes are up.'
  },
  RECORD_NAME_INVALID: {
    number: 1510,
    exit: EXIT.usage,
    layer: 'record',
    retryable: false,
    penalty: 'minor',
    text: 'The record name is not valid.',
    hint: 'Use 1 to 64 of the characters a-z, 0-9, dot, hyphen, underscore and slash.'
  },
  RECORD_FROM_FUTURE: {
    number: 1511,
    exit: EXIT.denied,
    layer: 'record',
    retryable: true,
    penalty: 'slight',
    text: 'The record is dated later than now by more than the tolerance.',
    hint: 'Compare the clocks of writer and holder.'
  },
  RECORD_QUOTA_EXCEEDED: {
    number: 1512,
    exit: EXIT.denied,
    layer: 'record',
    retryable: false,
    penalty: 'none',
    text: 'The owner has used up the space that this node keeps for one owner.',
    hint: 'Write fewer or smaller records, or wait until old ones expire.'
  },
  RECORD_HOLDERS_UNREACHABLE: {
    number: 1513,
    exit: EXIT.timeout,
    layer: 'record',
    retryable: true,
    penalty: 'none',
    text: 'Too few holders answered to say whether the record exists.',
    hint: 'Try again when more nodes are up; the details say how many answered.'
  },
  RECORD_LIFETIME_TOO_LONG: {
    number: 1514,
    exit: EXIT.denied,
    layer: 'record',
    retryable: false,
    penalty: 'minor',
    text: 'The record claims a longer lifetime than its kind allows.',
    hint: 'The writer has to sign it with a lifetime that its kind allows.'
  },
  RECORD_WRITER_UNKNOWN: {
    number: 1515,
    exit: EXIT.denied,
    layer: 'record',
    retryable: true,
    penalty: 'slight',
    text: 'The trust log has no node with the key that signed the record.',
    hint: 'If the writer joined a moment ago, try again when the trust log has spread.'
  },
  RECORD_WRITER_REVOKED: {
    number: 1516,
    exit: EXIT.denied,
    layer: 'record',
    retryable: false,
    penalty: 'none',
    text: 'The node that signed the record was revoked.',
    hint: 'Another node of the owner has to write the record again.'
  },
  RECORD_KIND_RETIRED: {
    number: 1517,
    exit: EXIT.conflict,
    layer: 'record',
    retryable: false,
    penalty: 'slight',
    text: 'The kind of the record is retired: nothing of it is stored or served any more.',
    hint: 'Ask the authority to define the kind again, or use another one.'
  },
  RECORD_READER_DENIED: {
    number: 1518,
    exit: EXIT.denied,
    layer: 'record',
    retryable: false,
    penalty: 'minor',
    text: 'This member may not read records of this kind.',
    hint: 'The kind says who may read it: see kind show.'
  },
  RECORD_OWNER_NEEDED: {
    number: 1519,
    exit: EXIT.usage,
    layer: 'record',
    retryable: false,
    penalty: 'none',
    text: 'It is not clear whose record is meant.',
    hint: 'Name the owner; for all entries of a dictionary call record.entries.'
  },
  RECORD_DELETED: {
    number: 1520,
    exit: EXIT.notFound,
    layer: 'record',
    retryable: false,
    penalty: 'none',
    text: 'The record was deleted by whoever may write it.',
    hint: 'The details say by whom and when; a new version can be put under the same name.'
  },
  RECORD_DELETION_TOO_SHORT: {
    number: 1521,
    exit: EXIT.denied,
    layer: 'record',
    retryable: false,
    penalty: 'minor',
    text: 'The deletion would expire before the record that it deletes.',
    hint: 'The writer has to sign it with the lifetime of the kind and twice the clock tolerance.'
  },
  RECORD_RECEIPT_INVALID: {
    number: 1530,
    exit: EXIT.verification,
    layer: 'record',
    retryable: false,
    penalty: 'minor',
    text: 'The receipt of the holder is not for this record.',
    hint: 'The holder does not count as one; the other holders are named.'
  },
  RECORD_LOST: {
    number: 1531,
    exit: EXIT.failure,
    layer: 'record',
    retryable: true,
    penalty: 'slight',
    text: 'The holder remembers the record and cannot read it any more.',
    hint: 'It gets the record again from another holder; look at the disk of the holder.'
  },
  RECORD_PROMISE_BROKEN: {
    number: 1532,
    exit: EXIT.verification,
    layer: 'record',
    retryable: false,
    penalty: 'major',
    text: 'The holder signed that it keeps the record, and then that it has not got it.',
    hint: 'Both statements are kept as evidence; the record is stored at the holder again.'
  },
  EVIDENCE_INVALID: {
    number: 1534,
    exit: EXIT.verification,
    layer: 'record',
    retryable: false,
    penalty: 'major',
    text: 'The statements do not contradict each other, or are not signed by one node.',
    hint: 'They prove nothing against anybody; whoever passed them on is blamed.'
  },
  RECORD_EQUIVOCATION: {
    number: 1533,
    exit: EXIT.verification,
    layer: 'record',
    retryable: false,
    penalty: 'fatal',
    text: 'One key signed two contents under one version of a record.',
    hint: 'Both are kept as evidence. Where a home was restored from a copy, pardon it: peerage peer unban.'
  },
  RECORD_SEALED: {
    number: 1540,
    exit: EXIT.denied,
    layer: 'record',
    retryable: false,
    penalty: 'none',
    text: 'The value is sealed, and this node is not among those who can open it.',
    hint: 'The details say who can; whoever became a reader waits until the author has sealed it again.'
  },
  RECORD_SEAL_BROKEN: {
    number: 1541,
    exit: EXIT.verification,
    layer: 'record',
    retryable: false,
    penalty: 'none',
    text: 'The sealed value does not open with the key that was made for this node.',
    hint: 'Its author has to seal it again; nothing of it was shown.'
  },
  RECORD_READERS_INVALID: {
    number: 1542,
    exit: EXIT.usage,
    layer: 'record',
    retryable: false,
    penalty: 'none',
    text: 'It is not clear for whom the value is to be sealed.',
    hint: 'Name groups and members of the network: group:staff, member:bob.'
  },
  RECORD_READERS_TOO_MANY: {
    number: 1543,
    exit: EXIT.usage,
    layer: 'record',
    retryable: false,
    penalty: 'none',
    text: 'More nodes would have to open the value than fit into a record.',
    hint: 'Seal it for fewer; the details say how many.'
  },
  RECORD_READERS_DIFFER: {
    number: 1544,
    exit: EXIT.conflict,
    layer: 'record',
    retryable: false,
    penalty: 'none',
    text: 'A record of this name is there already, for other readers.',
    hint: 'Delete it first (record rm): what was readable for others would stay so.'
  }
} as const satisfies Record<string, ErrorRow>
