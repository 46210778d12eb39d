import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { breakGlassVectors } from '../../scripts/vectors/break-glass.ts'
import { toHex, utf8 } from '../../src/encoding/bytes.ts'
import { parseNetworkId } from '../../src/identity/network-id.ts'
import {
  openBreakGlass,
  readBreakGlassFile,
  writeBreakGlassFile
} from '../../src/trust/break-glass.ts'
import { accepted } from '../support/trust-network.ts'
import vectors from './break-glass.json' with { type: 'json' }

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))

describe('the vectors of revocations signed in advance', () => {
  const { valid, invalid, invalidFiles } = vectors
  const network = accepted(parseNetworkId(valid.network))

  test('are what the script makes', () => {
    assert.deepEqual(breakGlassVectors(), vectors)
  })

  test('[SR-INT-1] a statement names who signed it, in a file and back', () => {
    const statement = bytesOf(valid.statement)
    assert.equal(accepted(openBreakGlass(statement, network)).nodeId, valid.nodeId)
    assert.equal(writeBreakGlassFile(statement), valid.file)
    assert.equal(toHex(accepted(readBreakGlassFile(utf8(valid.file)))), valid.statement)
  })

  for (const { title, fault, statement } of invalid) {
    test(`[SR-INT-1] ${fault}: ${title}`, () => {
      const opened = openBreakGlass(bytesOf(statement), network)
      assert.equal(!opened.ok && opened.fault, fault)
    })
  }

  for (const { title, fault, text } of invalidFiles) {
    test(`${fault}: ${title}`, () => {
      const read = readBreakGlassFile(utf8(text))
      assert.equal(!read.ok && read.fault, fault)
    })
  }
})
