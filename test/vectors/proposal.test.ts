import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { proposalVectors } from '../../scripts/vectors/proposal.ts'
import { toHex } from '../../src/encoding/bytes.ts'
import type { NetworkId } from '../../src/identity/network-id.ts'
import { openVote, statementDigest } from '../../src/trust/approval.ts'
import { openProposal } from '../../src/trust/proposal.ts'
import { hex } from '../support/raw-certificate.ts'
import { accepted } from '../support/trust-network.ts'
import vectors from './proposal.json' with { type: 'json' }

describe('[SR-INT-1] the vectors of proposals', () => {
  const network = vectors.network as NetworkId
  const { valid } = vectors

  test('are what the script makes', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(proposalVectors())), vectors)
  })

  test('a proposal is read, and a vote is for its very statement', () => {
    const { id, statement } = accepted(openProposal(hex(valid.proposal), network))
    assert.deepEqual([id, toHex(statementDigest(statement))], [valid.id, valid.statementDigest])
    for (const kind of ['approval', 'rejection'] as const) {
      const { content } = accepted(openVote(kind, hex(valid[kind])))
      assert.deepEqual(
        [toHex(content.proposal), toHex(content.statement)],
        [id, valid.statementDigest]
      )
    }
  })

  test('an approval is no rejection, and a rejection no approval', () => {
    assert.equal(openVote('rejection', hex(valid.approval)).ok, false)
    assert.equal(openVote('approval', hex(valid.rejection)).ok, false)
  })

  for (const { title, bytes, fault } of vectors.invalid) {
    test(`${fault}: ${title}`, () => {
      const opened = openProposal(hex(bytes), network)
      assert.equal(opened.ok ? '' : opened.fault, fault)
    })
  }
})
