import { parseRequest } from '../../src/control/envelope.ts'
import { LineSplitter } from '../../src/control/frame.ts'
import { parseJson } from '../../src/control/json.ts'
import { parseToken } from '../../src/control/token.ts'
import { DOMAINS } from '../../src/crypto/domains.ts'
import { openEnvelope } from '../../src/crypto/envelope.ts'
import { fromUtf8 } from '../../src/encoding/bytes.ts'
import { decodeCbor } from '../../src/encoding/cbor.ts'
import type { Verdict } from '../../src/encoding/verdict.ts'
import { parseSignedCertificate } from '../../src/identity/certificate-parse.ts'
import { openCertificateRequest } from '../../src/identity/certificate-request.ts'
import { openInvite } from '../../src/identity/invite.ts'
import { readKeyFileHeader } from '../../src/identity/key-file.ts'
import { type NetworkId, parseNetworkId } from '../../src/identity/network-id.ts'
import { parseNodeId } from '../../src/identity/node-id.ts'
import { parseNodeUri } from '../../src/identity/node-uri.ts'
import { readRecoveryCode } from '../../src/identity/recovery-code.ts'
import { openSignOfLife } from '../../src/identity/sign-of-life.ts'
import { LIMITS } from '../../src/limits.ts'
import { openAddressRecord } from '../../src/overlay/address-record.ts'
import { decodeHello, decodeVerdict } from '../../src/overlay/admission.ts'
import { filterDhtRequest, filterDhtResponse } from '../../src/overlay/dht-message.ts'
import { FrameReader } from '../../src/overlay/frames.ts'
import type { Protocol } from '../../src/overlay/protocol.ts'
import { createFrameParser } from '../../src/overlay/request-frame.ts'
import { ACKS } from '../../src/protocols/acks/messages.ts'
import { ADDRESSES } from '../../src/protocols/addresses/messages.ts'
import { BREAK_GLASS } from '../../src/protocols/break-glass/messages.ts'
import { DIAGNOSTICS } from '../../src/protocols/diagnostics/messages.ts'
import {
  enrolledSchema,
  enrollmentRequestSchema,
  entriesSchema,
  refusedSchema
} from '../../src/protocols/enrollment/messages.ts'
import { EQUIVOCATION } from '../../src/protocols/equivocation/messages.ts'
import { verifyReportFile } from '../../src/protocols/evidence/file.ts'
import { EVIDENCE } from '../../src/protocols/evidence/messages.ts'
import { openReport } from '../../src/protocols/evidence/report.ts'
import { PROPOSALS } from '../../src/protocols/proposals/messages.ts'
import { RECORD } from '../../src/protocols/record/messages.ts'
import { RENEWAL } from '../../src/protocols/renewal/messages.ts'
import { TRUST_SYNC } from '../../src/protocols/trust-sync/messages.ts'
import { TWINS } from '../../src/protocols/twins/messages.ts'
import { openEvidence as openRecordEvidence } from '../../src/records/evidence.ts'
import { openRecord } from '../../src/records/record.ts'
import { readRecordFile } from '../../src/records/record-file.ts'
import { parseRing } from '../../src/records/ring.ts'
import { readersOf } from '../../src/records/sealed-value.ts'
import { openProof } from '../../src/records/storage-proof.ts'
import { openReceipt } from '../../src/records/storage-receipt.ts'
import { parseOpinionList } from '../../src/reputation/opinion-list.ts'
import { parseJournalLine } from '../../src/storage/journal-file.ts'
import type { UnixMillis } from '../../src/time/clock.ts'
import { openAck } from '../../src/trust/ack.ts'
import { openVote } from '../../src/trust/approval.ts'
import { openBreakGlass, readBreakGlassFile } from '../../src/trust/break-glass.ts'
import { parseCheckpoint } from '../../src/trust/checkpoint.ts'
import { parseEntry } from '../../src/trust/entry.ts'
import { openEvidence, verifyEquivocationProof } from '../../src/trust/equivocation.ts'
import { readLogFile } from '../../src/trust/log-file.ts'
import { readPolicyText } from '../../src/trust/policy-text.ts'
import { verifyTrustProof } from '../../src/trust/proof.ts'
import { openProposal } from '../../src/trust/proposal.ts'
import { readRequest } from '../../src/trust/request-file.ts'

type Outcome = Pick<Verdict<unknown>, 'ok'>

/** Whatever reads bytes that somebody else chose; it must answer, and never throw. */
export type Decode = (bytes: Uint8Array, network: NetworkId) => Outcome

const CBOR_BYTES_MAX = LIMITS.responseBytesMax
const framesOf = createFrameParser(LIMITS.requestBytesMax)

const PROTOCOLS = [
  ...[ACKS, ADDRESSES, BREAK_GLASS, DIAGNOSTICS, EQUIVOCATION, EVIDENCE, PROPOSALS],
  ...[RECORD, RENEWAL, TRUST_SYNC, TWINS]
] as readonly Protocol<unknown, unknown>[]

const MESSAGES = PROTOCOLS.flatMap(
  ({ id, request, response, requestBytesMax, responseBytesMax }): (readonly [string, Decode])[] => [
    [`${id} request`, (bytes) => decodeCbor(bytes, request, requestBytesMax)],
    [`${id} response`, (bytes) => decodeCbor(bytes, response, responseBytesMax)]
  ]
)

/** All decoders of this program, by name. */
export const DECODERS: Readonly<Record<string, Decode>> = {
  ...Object.fromEntries(MESSAGES),
  'enrollment request': (bytes) => decodeCbor(bytes, enrollmentRequestSchema, CBOR_BYTES_MAX),
  'enrollment refusal': (bytes) => decodeCbor(bytes, refusedSchema, CBOR_BYTES_MAX),
  'enrollment answer': (bytes) => decodeCbor(bytes, enrolledSchema, CBOR_BYTES_MAX),
  'enrollment entries': (bytes) => decodeCbor(bytes, entriesSchema, CBOR_BYTES_MAX),
  'request frame': (bytes) => framesOf(bytes),
  'length prefix': frames,
  'DHT request': (bytes) => filterDhtRequest(bytes),
  'DHT response': (bytes) => filterDhtResponse(bytes, () => true),
  hello: (bytes) => decodeHello(bytes),
  'admission verdict': (bytes) => decodeVerdict(bytes),
  envelope: (bytes) => openEnvelope(DOMAINS.record, bytes),
  certificate: (bytes) => parseSignedCertificate(bytes),
  'certificate request': (bytes) => openCertificateRequest(bytes),
  'address record': openAddressRecord,
  'sign of life': openSignOfLife,
  checkpoint: (bytes) => parseCheckpoint(bytes),
  'trust entry': (bytes) => parseEntry(bytes),
  acknowledgment: openAck,
  'equivocation proof': openEvidence,
  proposal: openProposal,
  approval: (bytes) => openVote('approval', bytes),
  rejection: (bytes) => openVote('rejection', bytes),
  record: openRecord,
  'storage receipt': openReceipt,
  'storage proof': openProof,
  'record evidence': openRecordEvidence,
  invite: text((line) => openInvite(line, { now: 0 as UnixMillis })),
  'journal line': text(parseJournalLine),
  'control line': controlLine,
  'control request': json((value) => ({ ok: !('error' in parseRequest(value)) })),
  token: text(parseToken),
  report: openReport,
  'report file': json((value) => verifyReportFile(value, networkIn(value))),
  'opinion list': (bytes) => parseOpinionList(bytes),
  ring: (bytes) => ({ ok: parseRing(bytes).length > 0 }),
  'sealed value': (bytes) => ({ ok: readersOf(bytes) !== undefined }),
  'record file': (bytes) => readRecordFile(bytes),
  'break-glass statement': openBreakGlass,
  'break-glass file': (bytes) => readBreakGlassFile(bytes),
  'log file': (bytes) => readLogFile(bytes),
  'decision request': (bytes) => readRequest(bytes),
  'trust proof': json((value) => verifyTrustProof(value, networkIn(value))),
  'equivocation proof file': json((value) => verifyEquivocationProof(value, networkIn(value))),
  'policy text': (bytes) => readPolicyText(bytes),
  'key file': text((line) => readKeyFileHeader(line, 'node')),
  'recovery code': text(readRecoveryCode),
  'node id': text(parseNodeId),
  'node URI': text(parseNodeUri),
  'network id': text(parseNetworkId)
}

function frames(bytes: Uint8Array): Outcome {
  const outcomes = [...new FrameReader(LIMITS.requestBytesMax).read(bytes)]
  return { ok: outcomes.length > 0 && outcomes.every(({ ok }) => ok) }
}

function controlLine(bytes: Uint8Array): Outcome {
  const lines = new LineSplitter(LIMITS.rpcFrameBytesMax)
  lines.push(bytes)
  const line = lines.next()
  return { ok: typeof line !== 'string' && 'value' in parseJson(line, LIMITS.rpcDepthMax) }
}

function json(decode: (value: unknown) => Outcome): Decode {
  return (bytes) => {
    const parsed = parseJson(bytes, LIMITS.rpcDepthMax)
    return 'value' in parsed ? decode(parsed.value) : { ok: false }
  }
}

/** The network that a file names itself: what is wrong is refused for something else. */
function networkIn(value: unknown): NetworkId {
  const isNamed = typeof value === 'object' && value !== null && 'network' in value
  return `${isNamed && value.network}` as NetworkId
}

function text(decode: (line: string) => Outcome): Decode {
  return (bytes) => {
    const line = fromUtf8(bytes)
    return line === undefined ? { ok: false } : decode(line)
  }
}
