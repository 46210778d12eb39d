import { type ErrorRow, EXIT } from './row.ts'

/** Admission, connections and requests between nodes. Numbers 1300 to 1399. */
export const ADMISSION_ERRORS = {
  PEER_UNCERTIFIED: {
    number: 1300,
    exit: EXIT.denied,
    layer: 'admission',
    retryable: false,
    penalty: 'minor',
    text: 'The peer did not show a certificate in the handshake.',
    hint: 'Only members of the network are admitted: join it with an invite.'
  },
  PEER_KEY_TYPE: {
    number: 1301,
    exit: EXIT.denied,
    layer: 'admission',
    retryable: false,
    penalty: 'minor',
    text: 'The peer does not use an Ed25519 identity.',
    hint: 'Use a node key created by Peerage.'
  },
  PEER_UNKNOWN: {
    number: 1302,
    exit: EXIT.notFound,
    layer: 'overlay',
    retryable: false,
    penalty: 'none',
    text: 'No peer of this name or id is known.',
    hint: 'List the peers and the members and check the spelling.'
  },
  PEER_UNREACHABLE: {
    number: 1303,
    exit: EXIT.failure,
    layer: 'overlay',
    retryable: true,
    penalty: 'absent',
    text: 'The peer could not be reached under any of its addresses.',
    hint: 'Check that the peer is up and that its address is right.'
  },
  PEER_NOT_CONNECTED: {
    number: 1304,
    exit: EXIT.failure,
    layer: 'overlay',
    retryable: true,
    penalty: 'none',
    text: 'There is no connection to this peer.',
    hint: 'Connect to the peer first.'
  },
  ADMISSION_REFUSED_BY_PEER: {
    number: 1305,
    exit: EXIT.denied,
    layer: 'admission',
    retryable: false,
    penalty: 'none',
    text: 'The peer refused this node.',
    hint: 'The code in the details is the reason that the peer gave.'
  },
  HANDSHAKE_FAILED: {
    number: 1306,
    exit: EXIT.failure,
    layer: 'admission',
    retryable: true,
    penalty: 'absent',
    text: 'The handshake ended before it was complete.',
    hint: 'Check that both nodes belong to the same network and run compatible versions.'
  },
  NO_PEER_CONNECTED: {
    number: 1307,
    exit: EXIT.failure,
    layer: 'overlay',
    retryable: true,
    penalty: 'none',
    text: 'No peer is connected although the network has other nodes.',
    hint: 'Check that others are up, and that this machine reaches their addresses: peerage peer ls'
  },
  PEER_BANNED: {
    number: 1308,
    exit: EXIT.denied,
    layer: 'admission',
    retryable: true,
    penalty: 'none',
    text: 'The peer is banned for some time because of what it did.',
    hint: 'Wait until the ban ends, or ask the operator of the node that refuses for a pardon.'
  },
  REPUTATION_BRAKED: {
    number: 1309,
    exit: EXIT.failure,
    layer: 'overlay',
    retryable: false,
    penalty: 'none',
    text: 'More members misbehave than this node isolates without proof.',
    hint: 'Many are at fault, or this node is: look at peerage reputation ls, and ban by hand.'
  },
  RATE_LIMITED: {
    number: 1310,
    exit: EXIT.denied,
    layer: 'overlay',
    retryable: true,
    penalty: 'slight',
    text: 'Too many requests in a short time.',
    hint: 'Wait and send fewer.'
  },
  OVERLOADED: {
    number: 1311,
    exit: EXIT.failure,
    layer: 'overlay',
    retryable: true,
    penalty: 'none',
    text: 'The node has too much work at the moment.',
    hint: 'Try again in a few seconds.'
  },
  PROTOCOL_UNSUPPORTED: {
    number: 1312,
    exit: EXIT.failure,
    layer: 'overlay',
    retryable: false,
    penalty: 'none',
    text: 'The peer does not speak this protocol.',
    hint: 'Update the older of the two nodes.'
  },
  CONNECTION_CLOSED: {
    number: 1313,
    exit: EXIT.failure,
    layer: 'overlay',
    retryable: true,
    penalty: 'absent',
    text: 'The connection ended before the answer came.',
    hint: 'Try again.'
  },
  PEER_REFUSED: {
    number: 1314,
    exit: EXIT.denied,
    layer: 'overlay',
    retryable: false,
    penalty: 'none',
    text: 'The peer refused with a reason that this version does not know.',
    hint: 'Look up the number in the details in the error table of a newer version.'
  },
  DISCONNECTED: {
    number: 1319,
    exit: EXIT.failure,
    layer: 'overlay',
    retryable: true,
    penalty: 'none',
    text: 'The operator of a node closed the connection.',
    hint: 'Connect again if that was not meant.'
  },
  ADDRESS_IN_USE: {
    number: 1320,
    exit: EXIT.failure,
    layer: 'overlay',
    retryable: false,
    penalty: 'none',
    text: 'Another program uses the listening address.',
    hint: 'Stop the other program, or choose another address with --listen.'
  },
  ADDRESS_INVALID: {
    number: 1321,
    exit: EXIT.usage,
    layer: 'overlay',
    retryable: false,
    penalty: 'none',
    text: 'The address is not a TCP multiaddr.',
    hint: 'Write it like /ip4/0.0.0.0/tcp/4001.'
  },
  ROUTE_TO_STRANGER: {
    number: 1322,
    exit: EXIT.verification,
    layer: 'overlay',
    retryable: false,
    penalty: 'slight',
    text: 'A lookup was answered with a node that is no member.',
    hint: 'That node is ignored. A peer whose trust log differs does it for a while; look at it if it stays.'
  }
} as const satisfies Record<string, ErrorRow>
