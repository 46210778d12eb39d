import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { LIMITS } from '../../src/limits.ts'
import { type Daemon, type Json, json, refused, run, Sandbox } from './support.ts'

const FIRST = 'permit(principal, action, resource);\n'
const SECOND = '// Nobody from the workshop.\npermit(principal, action, resource);\n'

describe('[SR-CFG-1] the policy text of a network', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  let hq: Daemon
  let alice: Daemon

  before(async () => {
    ;[hq, alice] = await sandbox.network('alice')
  })
  after(() => sandbox.end())

  const at = async ({ home }: Daemon, ...words: string[]): Promise<Json> => json(words, { home })
  const file = (name: string, text: string | Uint8Array) => sandbox.file(name, text)

  test('is set by the authority alone, after a look, and is the same at every node', async () => {
    const set = ['policy', 'set', file('first', FIRST), '--wait', '20s']
    await refused('POLICY_ABSENT', ['policy', 'show'], { home: alice.home })
    await refused('AUTHORITY_ABSENT', set, { home: alice.home })
    const dry = await at(hq, ...set, '--dry-run')
    assert.deepEqual([dry.dryRun, dry.linesAdded, dry.linesRemoved], [true, 1, 0])
    await refused('POLICY_ABSENT', ['policy', 'show'], { home: hq.home })
    const receipt = await at(hq, ...set)
    assert.deepEqual([receipt.index, receipt.acks.missing], [dry.index, []])
    const shown = await at(alice, 'policy', 'show')
    assert.deepEqual([shown.text, shown.index], [FIRST, receipt.index])
    assert.deepEqual([shown.digest, shown.approvedBy], [receipt.digest, []])
    const { fingerprint } = await at(hq, 'authority', 'show')
    assert.equal(shown.signer, fingerprint)
    const piped = await run(['policy', 'show', '--home', alice.home])
    assert.equal(piped.stdout, FIRST)
    assert.match(piped.stderr, /signed by +sha256:/)
  })

  test('is refused where it is empty, too large, no text, or not visible, by whatever way', async () => {
    const { home } = hq
    const set = (name: string, text: string | Uint8Array) => [
      ...['policy', 'set', file(name, text), '--wait', '0s']
    ]
    await refused('POLICY_INVALID', set('empty', '\n'), { home })
    await refused('POLICY_INVALID', set('binary', Uint8Array.of(0xc3, 0x28)), { home })
    await refused('POLICY_INVALID', set('hidden', `${FIRST}// \u202e`), { home })
    const large = await refused('POLICY_INVALID', set('large', 'x'.repeat(13_000)), { home })
    assert.equal(large.details.bytesMax, LIMITS.policyLengthMax)
    await refused('POLICY_UNCHANGED', set('same', FIRST), { home })
    await refused('INVALID_ARGUMENT', ['policy', 'set', sandbox.path('none')], { home })
    await assert.rejects(hq.call('policy.set', { text: '\u0000' }), { code: 'POLICY_INVALID' })
    await assert.rejects(hq.call('policy.set', {}))
    assert.equal((await at(hq, 'policy', 'show')).text, FIRST)
  })

  test('needs the consent that the network asks for, of people who have read it', async () => {
    const quorum = ['authority', 'quorum', 'set', '--member', 'alice', '--threshold', '1']
    await at(hq, ...quorum, '--wait', '20s')
    const set = ['policy', 'set', file('second', SECOND), '--wait', '20s']
    const { details } = await refused('APPROVAL_NEEDED', set, { home: hq.home })
    const id = details.proposal
    await alice.event('authority.proposal', { id })
    const [open] = (await at(alice, 'authority', 'ls')).items
    assert.deepEqual([open.id, open.about], [id, 'policy (lines: 1 added, 0 removed)'])
    const read = await run(['policy', 'show', '--proposal', id.slice(0, 8), '--home', alice.home])
    assert.equal(read.stdout, SECOND)
    await refused('PROPOSAL_UNKNOWN', ['policy', 'show', '--proposal', 'abcd'], {
      home: alice.home
    })
    hq.forgetEvents()
    await at(alice, 'authority', 'approve', id)
    await hq.event('trust.advanced')
    const shown = await at(hq, 'policy', 'show')
    assert.deepEqual([shown.text, shown.approvedBy], [SECOND, ['alice']])
  })

  test('is proposed by an approver, too', async () => {
    const { home } = alice
    const propose = ['authority', 'propose', 'policy-set']
    await refused('POLICY_UNCHANGED', [...propose, file('unchanged', SECOND)], { home })
    await refused('POLICY_INVALID', [...propose, file('nothing', '')], { home })
    const { id } = await at(alice, ...propose, file('third', FIRST))
    await hq.event('authority.proposal', { id })
    hq.forgetEvents()
    await at(alice, 'authority', 'approve', id)
    await hq.event('trust.advanced')
    assert.equal((await at(hq, 'policy', 'show')).text, FIRST)
    const removal = await at(alice, 'authority', 'propose', 'member-rm', 'office')
    await refused('INVALID_ARGUMENT', ['policy', 'show', '--proposal', removal.id], { home })
    await assert.rejects(alice.call('proposal.create', {}), { code: 'INVALID_ARGUMENT' })
  })
})
