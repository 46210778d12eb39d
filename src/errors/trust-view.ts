import { type ErrorRow, EXIT } from './row.ts'

/** Whether this node may rely on what it knows of the trust log. Numbers 1240 to 1259. */
export const TRUST_VIEW_ERRORS = {
  TRUST_STALE: {
    number: 1240,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: true,
    penalty: 'none',
    text: 'The view of a node is older than its settings allow: it may not know of revocations.',
    hint: 'Bring the node of the authority up, or connect to a node that has a newer checkpoint.'
  },
  TRUST_EQUIVOCATION: {
    number: 1241,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: false,
    penalty: 'none',
    text: 'The authority key has signed two histories that contradict each other.',
    hint: 'Nothing more is taken from it until you decide: peerage trust resolve, or let the authority recover.'
  },
  TRUST_CATCHING_UP: {
    number: 1242,
    exit: EXIT.conflict,
    layer: 'trust',
    retryable: true,
    penalty: 'none',
    text: 'This node has only a part of the trust log: a decision now would start a second history.',
    hint: 'Wait until trust sync has brought the rest; connect to a node that has it.'
  }
} as const satisfies Record<string, ErrorRow>
