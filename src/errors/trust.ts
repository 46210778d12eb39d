import { type ErrorRow, EXIT } from './row.ts'

/** The trust log and what the authority can be asked. Numbers 1200 to 1299. */
export const TRUST_ERRORS = {
  TRUST_ENTRY_INVALID: {
    number: 1200,
    exit: EXIT.verification,
    layer: 'trust',
    retryable: false,
    penalty: 'major',
    text: 'A trust log entry breaks the rules of the log.',
    hint: 'Nothing was changed; the entry was refused.'
  },
  TRUST_SIGNER_NOT_ENTITLED: {
    number: 1201,
    exit: EXIT.verification,
    layer: 'trust',
    retryable: false,
    penalty: 'major',
    text: 'The trust log entry or checkpoint is signed by a key that is not entitled to it.',
    hint: 'Nothing was changed; the entry was refused.'
  },
  TRUST_PROOF_INVALID: {
    number: 1202,
    exit: EXIT.verification,
    layer: 'trust',
    retryable: false,
    penalty: 'major',
    text: 'A proof of the trust log does not lead to the signed root.',
    hint: 'Nothing was changed; another peer is asked.'
  },
  TRUST_ROLLBACK: {
    number: 1203,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'minor',
    text: 'The checkpoint is smaller than one this node has already seen.',
    hint: 'Nothing was changed; the newer view stays.'
  },
  TRUST_FORK: {
    number: 1204,
    exit: EXIT.verification,
    layer: 'trust',
    retryable: false,
    penalty: 'major',
    text: 'Two signed checkpoints of the authority contradict each other.',
    hint: 'Keep both and ask the authority: its key is misused or its log was restored from an old backup.'
  },
  TRUST_ENTRY_NOT_FOUND: {
    number: 1205,
    exit: EXIT.notFound,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The trust log has no entry under this number.',
    hint: 'Ask for the head of the log to see its size.'
  },
  CHECKPOINT_MALFORMED: {
    number: 1206,
    exit: EXIT.verification,
    layer: 'trust',
    retryable: false,
    penalty: 'major',
    text: 'The checkpoint does not follow its format.',
    hint: 'Nothing was changed; another peer is asked.'
  },
  TRUST_VIEW_OLD: {
    number: 1207,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: true,
    penalty: 'none',
    text: 'The authority has not vouched for the view of this node for long.',
    hint: 'Revocations since then are unknown here: check that the node of the authority is up.'
  },
  AUTHORITY_ABSENT: {
    number: 1210,
    exit: EXIT.denied,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'This node does not hold an authority key of the network.',
    hint: 'Run the command on the node of the authority.'
  },
  MEMBER_UNKNOWN: {
    number: 1211,
    exit: EXIT.notFound,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The network has no member of this name.',
    hint: 'List the members and check the spelling.'
  },
  NODE_UNKNOWN: {
    number: 1212,
    exit: EXIT.notFound,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The network has no node of this name or id.',
    hint: 'List the members and their nodes and check the spelling.'
  },
  ALREADY_REVOKED: {
    number: 1213,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'This was revoked before.',
    hint: 'Nothing to do; see the trust log for the entry.'
  },
  NODE_NAME_TAKEN: {
    number: 1214,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The member already has a node of this name.',
    hint: 'Choose another node name, or revoke the old node first.'
  },
  NODE_ALREADY_ENROLLED: {
    number: 1215,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'A node with this key was enrolled before.',
    hint: 'Create a new node key: a key is enrolled once, and a revoked one never again.'
  }
} as const satisfies Record<string, ErrorRow>
