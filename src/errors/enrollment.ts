import { type ErrorRow, EXIT } from './row.ts'

/** Invites and the front desk. Numbers 1400 to 1499. */
export const ENROLLMENT_ERRORS = {
  INVITE_MALFORMED: {
    number: 1400,
    exit: EXIT.usage,
    layer: 'enrollment',
    retryable: false,
    penalty: 'minor',
    text: 'This is not an invite, or part of it is missing.',
    hint: 'Copy the whole line that starts with peerage1: and try again.'
  },
  INVITE_TAMPERED: {
    number: 1401,
    exit: EXIT.verification,
    layer: 'enrollment',
    retryable: false,
    penalty: 'minor',
    text: 'The invite was changed after the authority signed it.',
    hint: 'Ask the authority for a new invite over a trustworthy way.'
  },
  INVITE_EXPIRED: {
    number: 1402,
    exit: EXIT.denied,
    layer: 'enrollment',
    retryable: false,
    penalty: 'none',
    text: 'The invite is past its end.',
    hint: 'Ask the authority for a new invite.'
  },
  INVITE_USED: {
    number: 1403,
    exit: EXIT.conflict,
    layer: 'enrollment',
    retryable: false,
    penalty: 'minor',
    text: 'The invite has been used.',
    hint: 'Ask the authority for a new invite; if it was not you who used it, tell them.'
  },
  INVITE_REVOKED: {
    number: 1404,
    exit: EXIT.denied,
    layer: 'enrollment',
    retryable: false,
    penalty: 'minor',
    text: 'The authority withdrew the invite.',
    hint: 'Ask the authority for a new invite.'
  },
  INVITE_UNKNOWN: {
    number: 1405,
    exit: EXIT.notFound,
    layer: 'enrollment',
    retryable: false,
    penalty: 'minor',
    text: 'The authority does not know this invite.',
    hint: 'Ask the authority for a new invite.'
  },
  INVITE_WRONG_NETWORK: {
    number: 1406,
    exit: EXIT.denied,
    layer: 'enrollment',
    retryable: false,
    penalty: 'minor',
    text: 'The invite belongs to another network.',
    hint: 'Use the invite in a home of its own: --home DIR.'
  },
  ENROLLMENT_RATE_LIMITED: {
    number: 1407,
    exit: EXIT.denied,
    layer: 'enrollment',
    retryable: true,
    penalty: 'minor',
    text: 'The front desk has too many enrollments at the moment.',
    hint: 'Wait a minute and join again; the invite stays valid.'
  },
  FRONT_DESK_UNREACHABLE: {
    number: 1408,
    exit: EXIT.failure,
    layer: 'enrollment',
    retryable: true,
    penalty: 'none',
    text: 'No front desk of the invite could be reached.',
    hint: 'Check that the authority node is up and that its front desk address is reachable from here.'
  },
  FRONT_DESK_CLOSED: {
    number: 1409,
    exit: EXIT.failure,
    layer: 'enrollment',
    retryable: false,
    penalty: 'none',
    text: 'This node runs no front desk.',
    hint: 'Run the command on the node of the authority, with its daemon up.'
  },
  HOME_ALREADY_JOINED: {
    number: 1410,
    exit: EXIT.conflict,
    layer: 'enrollment',
    retryable: false,
    penalty: 'none',
    text: 'This home already belongs to a network.',
    hint: 'Use another home: --home DIR.'
  },
  TOO_MANY_NODES: {
    number: 1411,
    exit: EXIT.denied,
    layer: 'enrollment',
    retryable: false,
    penalty: 'none',
    text: 'The member has as many nodes as the network allows.',
    hint: 'Revoke a node that is no longer used, or enroll this one for another member.'
  },
  TOO_MANY_INVITES: {
    number: 1412,
    exit: EXIT.denied,
    layer: 'enrollment',
    retryable: false,
    penalty: 'none',
    text: 'There are as many open invites as the authority allows.',
    hint: 'Revoke invites that are no longer needed: peerage invite ls, peerage invite rm ID.'
  }
} as const satisfies Record<string, ErrorRow>
