import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Daemon, json, refused, Sandbox } from './support.ts'

describe('[SR-DIAG-1] questions about the state of another node', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())
  let hq: Daemon
  let alice: Daemon

  before(async () => {
    ;[hq, alice] = await sandbox.network('alice')
  })

  test('are denied until the operator allows them, kind by kind, and are in the journal', async () => {
    const at = { home: alice.home }
    await refused('DIAGNOSTICS_DENIED', ['peer', 'diagnose', 'hq'], at)
    await json(['config', 'set', 'diagnostics', 'peers:member:alice'], { home: hq.home })
    await json(['reload'], { home: hq.home })
    const told = await json(['peer', 'diagnose', 'hq', '--kind', 'peers', '--kind', 'clock'], at)
    assert.deepEqual(told.answers, [{ kind: 'peers', value: 1 }])
    assert.deepEqual(told.denied, ['clock'])
    await refused('DIAGNOSTICS_DENIED', ['peer', 'diagnose', 'hq', '--kind', 'version'], at)
    const journaled = await hq.call('audit.search', { event: 'diagnostics.asked' })
    assert.deepEqual(
      journaled.items.map(({ code }: { code?: string }) => code),
      ['DIAGNOSTICS_DENIED', undefined, 'DIAGNOSTICS_DENIED']
    )
    await refused('USAGE', ['peer', 'diagnose', 'hq', '--kind', 'secrets'], at)
    await refused('INVALID_ARGUMENT', ['peer', 'diagnose', 'hq', '--for', '11m'], at)
  })
})
