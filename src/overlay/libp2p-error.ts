import { type Accepted, accept, type Refused, refuse } from '../encoding/verdict.ts'
import { ERRORS, type ErrorCode, PeerageError } from '../errors.ts'

/** Which side said no. */
export type RefusedBy = 'us' | 'them'

const PREFIX = 'peerage-admission'
const MESSAGE = new RegExp(`^${PREFIX}/(us|them)/([A-Z_]+)(?:/(\\d{1,15}))?$`)

export interface AdmissionErrorInit {
  readonly cause?: unknown
  readonly waitSeconds?: number | undefined
}

/**
 * A handshake that ended with a refusal. libp2p keeps nothing of an error in an encrypter but its
 * message, so the message is the carrier: this class writes it and {@link libp2pFault} reads it,
 * whole and anchored, so that no text of a library or of a peer can be taken for it.
 */
export class AdmissionError extends Error {
  override readonly name = 'AdmissionError'
  readonly by: RefusedBy
  readonly code: ErrorCode
  /** How long it lasts, where the peer said so. */
  readonly waitSeconds: number | undefined

  constructor(by: RefusedBy, code: ErrorCode, more: AdmissionErrorInit = {}) {
    const { cause, waitSeconds } = more
    const wait = waitSeconds === undefined ? '' : `/${waitSeconds}`
    super(`${PREFIX}/${by}/${code}${wait}`, cause === undefined ? {} : { cause })
    this.by = by
    this.code = code
    this.waitSeconds = waitSeconds
  }
}

/** Names of libp2p's error classes; several are not exported as classes, all have these names. */
const CODES_BY_NAME: Readonly<Record<string, ErrorCode>> = {
  AbortError: 'CANCELED',
  TimeoutError: 'TIMEOUT',
  EncryptionFailedError: 'HANDSHAKE_FAILED',
  MuxerUnavailableError: 'HANDSHAKE_FAILED',
  UnexpectedPeerError: 'HANDSHAKE_FAILED',
  InvalidCryptoExchangeError: 'HANDSHAKE_FAILED',
  ConnectionDeniedError: 'RATE_LIMITED',
  ConnectionInterceptedError: 'HANDSHAKE_FAILED',
  DialDeniedError: 'PEER_UNREACHABLE',
  DialError: 'PEER_UNREACHABLE',
  NoValidAddressesError: 'PEER_UNREACHABLE',
  TransportUnavailableError: 'ADDRESS_INVALID',
  InvalidMultiaddrError: 'ADDRESS_INVALID',
  ValidationError: 'ADDRESS_INVALID',
  UnsupportedListenAddressError: 'ADDRESS_INVALID',
  UnsupportedListenAddressesError: 'ADDRESS_INVALID',
  UnsupportedProtocolError: 'PROTOCOL_UNSUPPORTED',
  TooManyInboundProtocolStreamsError: 'OVERLOADED',
  TooManyOutboundProtocolStreamsError: 'OVERLOADED',
  QueueFullError: 'OVERLOADED',
  ConnectionClosedError: 'CONNECTION_CLOSED',
  ConnectionClosingError: 'CONNECTION_CLOSED',
  ConnectionFailedError: 'CONNECTION_CLOSED',
  MuxerClosedError: 'CONNECTION_CLOSED',
  NotStartedError: 'CONNECTION_CLOSED',
  StreamAbortedError: 'CONNECTION_CLOSED',
  StreamBufferError: 'CONNECTION_CLOSED',
  StreamClosedError: 'CONNECTION_CLOSED',
  StreamResetError: 'CONNECTION_CLOSED',
  StreamStateError: 'CONNECTION_CLOSED',
  UnexpectedEOFError: 'CONNECTION_CLOSED'
}

/** `code` of Node's system errors. */
const CODES_BY_SYSTEM: Readonly<Record<string, ErrorCode>> = {
  EADDRINUSE: 'ADDRESS_IN_USE',
  EADDRNOTAVAIL: 'ADDRESS_INVALID',
  EACCES: 'ADDRESS_INVALID',
  ECONNREFUSED: 'PEER_UNREACHABLE',
  ECONNRESET: 'CONNECTION_CLOSED',
  EHOSTUNREACH: 'PEER_UNREACHABLE',
  ENETUNREACH: 'PEER_UNREACHABLE',
  ENOTFOUND: 'PEER_UNREACHABLE',
  EPIPE: 'CONNECTION_CLOSED',
  ETIMEDOUT: 'PEER_UNREACHABLE'
}

/** What tells most comes first when several addresses failed in different ways. */
const RANK: readonly ErrorCode[] = [
  'ADMISSION_REFUSED_BY_PEER',
  'WRONG_NETWORK',
  'HANDSHAKE_FAILED',
  'TIMEOUT',
  'CONNECTION_CLOSED',
  'PEER_UNREACHABLE',
  'ADDRESS_INVALID'
]

/**
 * The code for anything that libp2p throws. A refusal by the peer is `ADMISSION_REFUSED_BY_PEER`
 * with its code as `reason`; our own refusal is its code itself; what has no name here is
 * `INTERNAL`.
 */
export function libp2pFault(thrown: unknown): Refused {
  if (thrown instanceof AggregateError) return mostTelling(thrown.errors.map(libp2pFault))
  if (thrown instanceof PeerageError) return refuse(thrown.code)
  if (!(thrown instanceof Error)) return refuse('INTERNAL')
  const admission = parseAdmission(thrown.message)
  if (admission !== undefined) return admission
  const system = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
  return refuse(CODES_BY_SYSTEM[system] ?? CODES_BY_NAME[thrown.name] ?? 'INTERNAL')
}

/** {@link libp2pFault} for operations that throw. */
export function fromLibp2pError(thrown: unknown): PeerageError {
  const { fault, detail } = libp2pFault(thrown)
  return new PeerageError(fault, detail ?? {}, thrown)
}

/** Runs a libp2p operation; whatever it throws becomes a verdict. */
export async function attempt<T>(operation: () => Promise<T>): Promise<Accepted<T> | Refused> {
  try {
    return accept(await operation())
  } catch (error) {
    return libp2pFault(error)
  }
}

function parseAdmission(message: string): Refused | undefined {
  const [, by, text = '', wait] = MESSAGE.exec(message) ?? []
  if (by === undefined || !Object.hasOwn(ERRORS, text)) return undefined
  const code = text as ErrorCode
  if (by === 'us') return refuse(code)
  const lasting = wait === undefined ? {} : { waitSeconds: Number(wait) }
  return refuse('ADMISSION_REFUSED_BY_PEER', { reason: code, ...lasting })
}

function mostTelling(faults: readonly Refused[]): Refused {
  const rank = ({ fault }: Refused) => {
    const index = RANK.indexOf(fault)
    // Codes outside the ranking are our own refusals: nothing tells more.
    return index === -1 && fault !== 'INTERNAL' ? -1 : index === -1 ? RANK.length : index
  }
  const [best] = faults.toSorted((a, b) => rank(a) - rank(b))
  return best ?? refuse('PEER_UNREACHABLE')
}
