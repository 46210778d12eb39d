import { PrivateKey } from '../../src/crypto/ed25519.ts'
import type { Random } from '../../src/crypto/random.ts'
import { utf8 } from '../../src/encoding/bytes.ts'
import { LIMITS } from '../../src/limits.ts'
import { PROPOSAL_BYTES, sealApproval, statementDigest } from '../../src/trust/approval.ts'
import type { Statement } from '../../src/trust/entry.ts'
import { exportLog, readLogFile, writeLogFile } from '../../src/trust/log-file.ts'
import { createRequest, readRequest } from '../../src/trust/request-file.ts'
import type { TrustLog } from '../../src/trust/trust-log.ts'
import { createTestNetwork } from '../../test/support/trust-network.ts'
import { writeVectors } from './write-vectors.ts'

/** Vectors for the files that people carry. Run: node scripts/vectors/files.ts */
export async function filesVectors() {
  const { log, authority, random } = createTestNetwork('files vectors')
  await authority.decide({ type: 'member-added', member: 'bob', groups: ['ops'], attributes: {} })
  const statement: Statement = { type: 'member-suspended', member: 'bob', reason: 'audit' }
  const logFile = writeLogFile(exportLog(log, 0)).trimEnd()
  const request = JSON.stringify(createRequest(log, statement))
  const consentRequest = JSON.stringify(approvedRequest(log, random))
  const invalid: Record<string, string> = {
    nothing: '',
    'a log that is cut off': logFile.slice(0, -1),
    'a log with another member': logFile.replace('"from"', '"extra":1,"from"'),
    'a log without its first checkpoint': logFile.replace(/"genesis":"[^"]*",/, ''),
    'a log with padding': logFile.replace('"checkpoint":"', '"checkpoint":"='),
    'a log of a newer format': logFile.replace('log/1', 'log/2')
  }
  const others: Record<string, string> = {
    'a request whose statement is none': request.replace(/"statement":"[^"]*/, '"statement":"oA'),
    'a request of a newer format': request.replace('request/1', 'request/2'),
    'a request with half a proposal': consentRequest.replace(/"proposal":".{11}/, '"proposal":"'),
    'a request with another member of its consent': consentRequest.replace(
      '"expiresAt"',
      '"extra":1,"expiresAt"'
    ),
    'a log': logFile
  }
  return {
    format: 'files',
    specification: 'docs/protocol/files.md',
    valid: { logFile, request, statement, consentRequest },
    invalid: [
      ...Object.entries(invalid).map(([title, text]) => refusal('log', title, text)),
      ...Object.entries(others).map(([title, text]) => refusal('request', title, text))
    ]
  }
}

/** A grave decision that one member has approved. */
function approvedRequest(log: TrustLog, random: Random) {
  const { network } = log
  const target = { by: 'member', value: 'bob' } as const
  const statement: Statement = { type: 'revoked', target, reason: 'left', approvals: [] }
  const proposal = random.bytes(PROPOSAL_BYTES)
  const expiresAt = log.state.time + LIMITS.proposalLifetimeMs
  const content = { network, proposal, expiresAt, statement: statementDigest(statement) }
  const approvals = [sealApproval(content, PrivateKey.generate(random))]
  return createRequest(log, statement, { proposal, expiresAt, approvals })
}

function refusal(readAs: 'log' | 'request', title: string, text: string) {
  const read = readAs === 'log' ? readLogFile(utf8(text)) : readRequest(utf8(text))
  if (read.ok) throw new Error(title)
  return { readAs, title, fault: read.fault, text }
}

if (import.meta.main) writeVectors('files', await filesVectors())
