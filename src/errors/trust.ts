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
    penalty: 'none',
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
  },
  MEMBER_SUSPENDED: {
    number: 1216,
    exit: EXIT.denied,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The member is suspended.',
    hint: 'Ask the authority; its nodes are admitted again once it resumes the member.'
  },
  MEMBER_NOT_SUSPENDED: {
    number: 1217,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The member is not suspended.',
    hint: 'Nothing to do; look at the member to see its state.'
  },
  MEMBER_KNOWN: {
    number: 1218,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The network already has a member of this name.',
    hint: 'Change the member instead, or choose another name.'
  },
  KIND_UNKNOWN: {
    number: 1219,
    exit: EXIT.notFound,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The network declares no kind of this name.',
    hint: 'List the kinds and check the spelling.'
  },
  KIND_RETIRED: {
    number: 1220,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The kind is retired.',
    hint: 'Declare it again before records of it are written.'
  },
  KIND_MODEL_CHANGED: {
    number: 1221,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'A kind keeps the data model that it was first declared with.',
    hint: 'Declare a kind of another name.'
  },
  AUTHORITY_KEY_KNOWN: {
    number: 1222,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The network already knows this key.',
    hint: 'Create a new key: an authority key is announced once.'
  },
  AUTHORITY_KEY_STEP: {
    number: 1223,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The authority key cannot take this step now.',
    hint: 'Keys are prepared, activated, then tainted and revoked once another one is active.'
  },
  APPROVAL_NEEDED: {
    number: 1224,
    exit: EXIT.denied,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The decision needs the consent of more members than have approved it.',
    hint: 'See who has approved (authority ls); it is carried out once enough have.'
  },
  APPROVAL_USED: {
    number: 1225,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The approvals belong to a proposal that was carried out before, or to several.',
    hint: 'Make a new proposal and have it approved.'
  },
  APPROVAL_EXPIRED: {
    number: 1226,
    exit: EXIT.denied,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'An approval has expired.',
    hint: 'Make a new proposal and have it approved in time.'
  },
  AUTHORITY_LOCKED: {
    number: 1227,
    exit: EXIT.denied,
    layer: 'trust',
    retryable: true,
    penalty: 'none',
    text: 'The authority key is locked.',
    hint: 'Unlock it on its node: peerage authority unlock. An invite stays valid meanwhile.'
  },
  AUTHORITY_KEY_UNKNOWN: {
    number: 1228,
    exit: EXIT.notFound,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The network knows no such authority key.',
    hint: 'List them (authority key ls) and give the first digits of a fingerprint.'
  },
  PROPOSAL_UNKNOWN: {
    number: 1229,
    exit: EXIT.notFound,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'This node knows no open proposal of this id.',
    hint: 'List them (authority ls); one that was carried out or has expired is gone.'
  },
  NOT_AN_APPROVER: {
    number: 1230,
    exit: EXIT.denied,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The member is not among those whose consent the network asks for.',
    hint: 'See who is: authority quorum show. Run the command on a node of one of them.'
  },
  TOO_MANY_PROPOSALS: {
    number: 1231,
    exit: EXIT.denied,
    layer: 'trust',
    retryable: true,
    penalty: 'none',
    text: 'There are as many open proposals as a network keeps.',
    hint: 'Approve or reject some of them first: peerage authority ls.'
  },
  POLICY_ABSENT: {
    number: 1232,
    exit: EXIT.notFound,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The network has no policy yet.',
    hint: 'The authority sets one: peerage policy set FILE.'
  },
  POLICY_INVALID: {
    number: 1233,
    exit: EXIT.usage,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The text cannot be the policy of a network.',
    hint: 'Correct what the details name, and give it again.'
  },
  POLICY_UNCHANGED: {
    number: 1234,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The policy has this very text already.',
    hint: 'Nothing to do; peerage policy show has the entry.'
  }
} as const satisfies Record<string, ErrorRow>
