import assert from 'node:assert/strict'
import { TrustLog } from '../../src/trust/trust-log.ts'
import { FakeTime } from '../../test/support/fake-time.ts'
import { memoryTrustStore, TestHistory } from '../../test/support/trust-network.ts'
import { type Bench, compare } from './measure.ts'

const ENTRIES = 100_000

/** What a node does with its trust log at start: hash, compare with the signed root, fold. */
export const bench: Bench = async ({ rounds }) => {
  const history = new TestHistory('load')
  for (let i = 1; i < ENTRIES; i++) history.addMember(`member-${i}`, ['staff'])
  const store = memoryTrustStore()
  const { genesis, entries } = history
  store.append({ from: 0, entries: [genesis.entry], checkpoint: genesis.checkpoint })
  store.append({ from: 1, entries: entries.slice(1), checkpoint: history.checkpoint() })
  const load = async () => {
    const start = performance.now()
    const log = TrustLog.load(store, { clock: new FakeTime() })
    assert.equal(log.size, ENTRIES)
    return { ms: performance.now() - start }
  }
  const comparison = await compare({
    title: `a trust log of ${ENTRIES} entries`,
    rounds,
    subjects: [{ name: 'load', run: load }],
    goals: [{ subject: 'load', figure: 'ms', atMost: 2000 }]
  })
  return [comparison]
}
