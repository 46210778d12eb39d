import { type ErrorRow, EXIT } from './row.ts'

/** What follows for this node from what it did, or seems to have done. Numbers 1350 to 1359. */
export const EVIDENCE_ERRORS = {
  BANNED_BY_PEERS: {
    number: 1350,
    exit: EXIT.denied,
    layer: 'reputation',
    retryable: true,
    penalty: 'none',
    text: 'Peers refuse this node for some time because of what it did.',
    hint: 'Ask their operators for the reason (peerage reputation show) and a pardon, or wait until the bans end.'
  },
  SELF_REPORTED: {
    number: 1351,
    exit: EXIT.conflict,
    layer: 'reputation',
    retryable: false,
    penalty: 'none',
    text: 'Statements signed with a key of this member prove misbehavior: other nodes ban it.',
    hint: 'See what was signed (peerage reputation report ls); if it was not you, the key is stolen: peerage cert revoke.'
  },
  OPINION_LIST_INVALID: {
    number: 1352,
    exit: EXIT.verification,
    layer: 'reputation',
    retryable: false,
    penalty: 'none',
    text: 'What a member published as its opinions is no list of opinions.',
    hint: 'It counts nothing. Ask the member to publish it again with this or a newer version.'
  },
  OPINION_SUBSCRIPTIONS_FULL: {
    number: 1353,
    exit: EXIT.conflict,
    layer: 'reputation',
    retryable: false,
    penalty: 'none',
    text: 'This node subscribes to as many lists of opinions as it may.',
    hint: 'End another subscription: peerage reputation list unsubscribe MEMBER.'
  }
} as const satisfies Record<string, ErrorRow>
