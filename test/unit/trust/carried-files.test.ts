import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { utf8 } from '../../../src/encoding/bytes.ts'
import { parseStatement, type Statement } from '../../../src/trust/entry.ts'
import {
  exportLog,
  genesisOf,
  importLog,
  type LogFile,
  readLogFile,
  writeLogFile
} from '../../../src/trust/log-file.ts'
import { rehearse, unsignedEntry } from '../../../src/trust/rehearse.ts'
import { createRequest, judgeRequest, readRequest } from '../../../src/trust/request-file.ts'
import { accepted, createTestNetwork, type TestNetwork } from '../../support/trust-network.ts'

const added = (member: string): Statement => ({
  type: 'member-added',
  member,
  groups: [],
  attributes: {}
})

async function network(seed: string): Promise<TestNetwork> {
  const made = createTestNetwork(seed)
  for (const member of ['alice', 'bob', 'carol']) await made.authority.decide(added(member))
  return made
}

const fault = (verdict: { ok: boolean; fault?: string } | undefined) => verdict?.fault ?? 'none'

describe('[SR-CFG-1] a log file', async () => {
  const { log, newcomer, authority } = await network('log file')
  const whole = exportLog(log, 0)
  const text = writeLogFile(whole)
  const readText = (changed: string) => fault(readLogFile(utf8(changed)))

  test('comes back as it was written, with a certificate and without', () => {
    assert.deepEqual(accepted(readLogFile(utf8(text))), whole)
    const certified: LogFile = { ...whole, certificate: Uint8Array.of(1, 2, 3) }
    assert.deepEqual(accepted(readLogFile(utf8(writeLogFile(certified)))), certified)
  })

  test('is refused when it is cut off anywhere, changed, of another kind or of a newer format', () => {
    for (let at = 0; at < text.length - 1; at += 97) {
      assert.equal(readText(text.slice(0, at)), 'FILE_DAMAGED')
    }
    assert.equal(readText(''), 'FILE_DAMAGED')
    assert.equal(readText('[]'), 'FILE_DAMAGED')
    assert.equal(readText('{"format":7}'), 'FILE_DAMAGED')
    assert.equal(readText(text.replace('"from":0', '"from":0,"extra":1')), 'FILE_DAMAGED')
    assert.equal(readText(text.replace('"from":0', '"from":-1')), 'FILE_DAMAGED')
    assert.equal(readText(text.replace('"entries":["', '"entries":["=')), 'FILE_DAMAGED')
    assert.equal(readText(text.replace('peerage-log/1', 'peerage-log/2')), 'FILE_NEWER')
    assert.equal(readText(text.replace('peerage-log/1', 'peerage-request/1')), 'FILE_OTHER')
  })

  test('brings a copy up to the head, once, and from any place before its end', () => {
    const copy = newcomer()
    assert.equal(accepted(importLog(copy, whole)).added, 3)
    assert.equal(accepted(importLog(copy, whole)).added, 0)
    assert.deepEqual(copy.head().bytes, log.head().bytes)
    const other = newcomer()
    accepted(importLog(other, exportLog(log, 1)))
    assert.equal(other.size, log.size)
  })

  test('that is older than the copy is accepted and changes nothing', async () => {
    const older = exportLog(log, 0)
    const { index } = await authority.decide(added('dora'))
    assert.equal(accepted(importLog(log, older)).added, 0)
    assert.equal(log.size, index + 1)
  })

  test('with a gap, an entry too few, a forged one, or of another network changes nothing', async () => {
    const copy = newcomer()
    const last = whole.entries.at(-1) ?? new Uint8Array()
    const forged = last.map((byte, at) => (at === last.length - 1 ? byte ^ 1 : byte))
    const foreign = exportLog((await network('another')).log, 0)
    const cases: [string, LogFile][] = [
      ['TRUST_FILE_GAP', exportLog(log, 2)],
      ['FILE_DAMAGED', { ...whole, entries: whole.entries.slice(0, -1) }],
      ['SIGNATURE_INVALID', { ...whole, entries: [...whole.entries.slice(0, -1), forged] }],
      ['WRONG_NETWORK', foreign],
      ['WRONG_NETWORK', { ...foreign, network: copy.network }],
      ['CHECKPOINT_MALFORMED', { ...whole, checkpoint: new Uint8Array() }]
    ]
    for (const [expected, file] of cases) assert.equal(fault(importLog(copy, file)), expected)
    assert.equal(copy.size, 1)
  })

  test('begins a new home only when it is whole', () => {
    assert.deepEqual(accepted(genesisOf(whole)).genesis.entry, whole.entries[0])
    assert.equal(fault(genesisOf(exportLog(log, 1))), 'TRUST_FILE_GAP')
    assert.equal(fault(genesisOf({ ...whole, entries: [] })), 'TRUST_FILE_GAP')
  })
})

describe('[SR-CFG-1] a request file', async () => {
  const { log, newcomer, authority } = await network('request file')
  const statement: Statement = { type: 'member-suspended', member: 'bob', reason: 'audit' }
  const text = JSON.stringify(createRequest(log, statement))
  const request = accepted(readRequest(utf8(text)))

  test('says what is asked, and of which log', () => {
    assert.deepEqual(request.statement, statement)
    assert.equal(judgeRequest(log, request), undefined)
  })

  test('is refused when it is cut off, changed, of another kind or of a newer format', () => {
    const read = (changed: string) => fault(readRequest(utf8(changed)))
    assert.equal(read(text.slice(0, -2)), 'FILE_DAMAGED')
    assert.equal(read(text.replace('"statement":"', '"statement":"_')), 'FILE_DAMAGED')
    assert.equal(read(text.replace(/"statement":"[^"]*/, '"statement":"oA')), 'FILE_DAMAGED')
    assert.equal(read(text.replace('request/1', 'request/2')), 'FILE_NEWER')
    assert.equal(read(writeLogFile(exportLog(log, 0))), 'FILE_OTHER')
    const genesis = parseStatement({ type: 'genesis' }, log.network)
    assert.equal(fault(genesis), 'MESSAGE_MALFORMED')
  })

  test('is signed on exactly the log it was made of', async () => {
    const behind = newcomer()
    assert.equal(fault(judgeRequest(behind, request)), 'REQUEST_AHEAD')
    await authority.decide(added('dora'))
    assert.equal(fault(judgeRequest(log, request)), 'REQUEST_OUTDATED')
    const other = (await network('elsewhere')).log
    assert.equal(fault(judgeRequest(other, request)), 'WRONG_NETWORK')
  })

  test('is rehearsed where no key is: what the log forbids is refused, and nothing stays', () => {
    const { size } = log
    const look = () => log.state.member('bob')?.suspended?.reason
    const run = (asked: Statement) =>
      rehearse(log, asked, { entry: () => unsignedEntry(log, asked, log.state.time), look })
    assert.equal(run(statement), 'audit')
    assert.equal(log.state.member('bob')?.suspended, undefined)
    assert.throws(() => run({ ...statement, member: 'nobody' }), { code: 'MEMBER_UNKNOWN' })
    const long = { ...statement, reason: 'x'.repeat(1000) }
    assert.throws(() => run(long), { code: 'INVALID_ARGUMENT' })
    assert.equal(log.size, size)
  })
})
