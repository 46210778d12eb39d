import { type ErrorRow, EXIT } from './row.ts'

/** The control socket and the command line. Numbers 1600 to 1699. */
export const CONTROL_ERRORS = {
  DAEMON_UNREACHABLE: {
    number: 1600,
    exit: EXIT.unreachable,
    layer: 'control',
    retryable: true,
    penalty: 'none',
    text: 'No daemon answers on the control socket of this home.',
    hint: 'Start it: peerage up'
  },
  METHOD_FORBIDDEN: {
    number: 1601,
    exit: EXIT.denied,
    layer: 'control',
    retryable: false,
    penalty: 'none',
    text: 'This socket does not offer the method.',
    hint: 'Use the control socket; the observe socket only reads.'
  },
  FRAME_TOO_LARGE: {
    number: 1602,
    exit: EXIT.usage,
    layer: 'control',
    retryable: false,
    penalty: 'none',
    text: 'The request is larger than the socket accepts.',
    hint: 'Send less in one request.'
  },
  TOO_MANY_REQUESTS: {
    number: 1603,
    exit: EXIT.denied,
    layer: 'control',
    retryable: true,
    penalty: 'none',
    text: 'Too many requests are waiting on this connection.',
    hint: 'Read the answers before sending more.'
  },
  EVENTS_LAGGED: {
    number: 1604,
    exit: EXIT.failure,
    layer: 'control',
    retryable: true,
    penalty: 'none',
    text: 'The subscriber reads more slowly than events happen.',
    hint: 'Subscribe again and read faster.'
  },
  NOT_READY: {
    number: 1605,
    exit: EXIT.failure,
    layer: 'control',
    retryable: true,
    penalty: 'none',
    text: 'The daemon is starting or stopping.',
    hint: 'Wait until it is ready: peerage wait ready'
  },
  REQUEST_MALFORMED: {
    number: 1606,
    exit: EXIT.usage,
    layer: 'control',
    retryable: false,
    penalty: 'none',
    text: 'The request is not valid JSON-RPC 2.0.',
    hint: 'Send one JSON object per line, as described in docs/rpc.md.'
  },
  METHOD_UNKNOWN: {
    number: 1607,
    exit: EXIT.usage,
    layer: 'control',
    retryable: false,
    penalty: 'none',
    text: 'The node has no method of this name.',
    hint: 'List the methods with: peerage rpc rpc.discover'
  },
  IDEMPOTENCY_CONFLICT: {
    number: 1608,
    exit: EXIT.conflict,
    layer: 'control',
    retryable: false,
    penalty: 'none',
    text: 'This idempotency key was used for a call with other parameters.',
    hint: 'Nothing was done: draw a new key for every call that is not a repetition.'
  },
  TOKEN_INVALID: {
    number: 1609,
    exit: EXIT.denied,
    layer: 'control',
    retryable: false,
    penalty: 'none',
    text: 'The token is not one of this node, was changed, or was revoked.',
    hint: 'Ask whoever operates the node for a new one: peerage token create'
  },
  TOKEN_EXPIRED: {
    number: 1610,
    exit: EXIT.denied,
    layer: 'control',
    retryable: false,
    penalty: 'none',
    text: 'The token is past its end.',
    hint: 'Ask whoever operates the node for a new one: peerage token create'
  },
  TOKEN_FORBIDS: {
    number: 1611,
    exit: EXIT.denied,
    layer: 'control',
    retryable: false,
    penalty: 'none',
    text: 'The token does not allow the method.',
    hint: 'Use a token that allows it; one can be narrowed, never widened.'
  },
  TOKEN_REQUIRED: {
    number: 1612,
    exit: EXIT.denied,
    layer: 'control',
    retryable: false,
    penalty: 'none',
    text: 'This socket answers only to a token.',
    hint: 'Give --token-file FILE, or call rpc.authenticate first.'
  }
} as const satisfies Record<string, ErrorRow>
