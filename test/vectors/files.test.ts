import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { filesVectors } from '../../scripts/vectors/files.ts'
import { utf8 } from '../../src/encoding/bytes.ts'
import { openVote, statementDigest } from '../../src/trust/approval.ts'
import { readLogFile, writeLogFile } from '../../src/trust/log-file.ts'
import { readRequest } from '../../src/trust/request-file.ts'
import { accepted } from '../support/trust-network.ts'
import vectors from './files.json' with { type: 'json' }

describe('the vectors of carried files', () => {
  const { valid, invalid } = vectors

  test('are what the script makes', async () => {
    assert.deepEqual(JSON.parse(JSON.stringify(await filesVectors())), vectors)
  })

  test('a log is read and written again to the same text', () => {
    const text = writeLogFile(accepted(readLogFile(utf8(valid.logFile))))
    assert.equal(text, `${valid.logFile}\n`)
  })

  test('a request is read to its statement', () => {
    assert.deepEqual(accepted(readRequest(utf8(valid.request))).statement, valid.statement)
  })

  test('a request with an approval is read to what was approved', () => {
    const { statement, consent } = accepted(readRequest(utf8(valid.consentRequest)))
    const [approval, ...others] = consent?.approvals ?? []
    const { content } = accepted(openVote('approval', approval ?? assert.fail()))
    assert.deepEqual(others, [])
    assert.deepEqual(content.statement, statementDigest(statement))
    assert.deepEqual(content.proposal, consent?.proposal)
  })

  for (const { readAs, title, fault, text } of invalid) {
    test(`${fault}: ${title}`, () => {
      const read = readAs === 'log' ? readLogFile(utf8(text)) : readRequest(utf8(text))
      assert.equal(!read.ok && read.fault, fault)
    })
  }
})
