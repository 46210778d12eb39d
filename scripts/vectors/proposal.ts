import { DOMAINS } from '../../src/crypto/domains.ts'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { sealEnvelope } from '../../src/crypto/envelope.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'
import { LIMITS } from '../../src/limits.ts'
import { sealApproval, sealRejection, statementDigest } from '../../src/trust/approval.ts'
import type { Statement } from '../../src/trust/entry.ts'
import { openProposal, sealProposal } from '../../src/trust/proposal.ts'
import { createTestNetwork } from '../../test/support/trust-network.ts'
import { writeVectors } from './write-vectors.ts'

/** Vectors for proposals and votes. Run: node scripts/vectors/proposal.ts */
export function proposalVectors() {
  const { network, key, random, clock } = createTestNetwork('proposal vectors')
  const approver = PrivateKey.generate(random)
  const target = { by: 'member', value: 'carl' } as const
  const statement: Statement = { type: 'revoked', target, reason: 'left', approvals: [] }
  const proposal = random.bytes(16)
  const createdAt = clock.now()
  const content = { network, proposal, createdAt, expiresAt: createdAt + 60_000 }
  const seal = (change: object) =>
    sealEnvelope(
      DOMAINS.proposal,
      encodeCbor({ version: 1, ...content, statement: encodeCbor(statement), ...change }),
      key
    )
  const bytes = sealProposal({ ...content, statement }, key)
  const flipped = Uint8Array.from(bytes)
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
  const invalid: Record<string, Uint8Array> = {
    'a flipped bit in the signature': flipped,
    'another network': seal({ network: 'a'.repeat(52) }),
    'another version': seal({ version: 2 }),
    'a nonce too short': seal({ proposal: proposal.subarray(1) }),
    'an end before its begin': seal({ expiresAt: createdAt - 1 }),
    'an end too far': seal({ expiresAt: createdAt + LIMITS.proposalLifetimeMs + 1 }),
    'a statement with a place': seal({ statement: encodeCbor({ ...statement, index: 7 }) }),
    'a statement that is none': seal({ statement: encodeCbor({ type: 'nothing' }) }),
    'genesis as a statement': seal({ statement: encodeCbor({ type: 'genesis', name: 'x' }) }),
    'a field more': seal({ more: 1 })
  }
  const vote = { network, proposal, statement: statementDigest(statement) }
  const until = { ...vote, expiresAt: content.expiresAt }
  return {
    format: 'proposal',
    specification: 'docs/protocol/proposals.md',
    network,
    authoritySeed: toHex(key.exportSeed()),
    approverSeed: toHex(approver.exportSeed()),
    valid: {
      id: toHex(proposal),
      statementDigest: toHex(vote.statement),
      proposal: toHex(bytes),
      approval: toHex(sealApproval(until, approver)),
      rejection: toHex(sealRejection(until, approver))
    },
    invalid: Object.entries(invalid).map(([title, spoiled]) => {
      const opened = openProposal(spoiled, network)
      if (opened.ok) throw new Error(title)
      return { title, bytes: toHex(spoiled), fault: opened.fault }
    })
  }
}

if (import.meta.main) writeVectors('proposal', proposalVectors())
