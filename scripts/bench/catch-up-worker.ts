/** One end of catch-up.ts: `catch-up-worker.ts listener|dialer NOW ENTRIES`. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { argv } from 'node:process'
import { DOMAINS } from '../../src/crypto/domains.ts'
import { openEnvelope } from '../../src/crypto/envelope.ts'
import { systemRandom } from '../../src/crypto/random.ts'
import { silentLogger } from '../../src/log.ts'
import { createOverlay } from '../../src/overlay/overlay.ts'
import { createTrustSync } from '../../src/protocols/trust-sync/index.ts'
import { createAddressStore } from '../../src/storage/address-store.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createTrustStore } from '../../src/storage/trust-store.ts'
import { systemScheduler } from '../../src/time/scheduler.ts'
import { sealCheckpoint } from '../../src/trust/checkpoint.ts'
import { sealEntry } from '../../src/trust/entry.ts'
import { TrustLog } from '../../src/trust/trust-log.ts'
import { createOverlayNetwork } from '../../test/support/overlay-network.ts'
import { accepted } from '../../test/support/trust-network.ts'
import type { Role } from './bench-network.ts'
import { answerQuestions } from './worker.ts'

const [, , role = 'dialer', now = '', count = ''] = argv as [
  string,
  string,
  Role?,
  string?,
  string?
]
const network = createOverlayNetwork('catch-up')
network.clock.jump(Number(now))
const identities = {
  dialer: await network.enroll('ann', 'dialer'),
  listener: await network.enroll('bob', 'listener')
}
const { key, certificate } = identities[role]
const folder = mkdtempSync(join(tmpdir(), 'peerage-catch-up-'))
process.on('exit', () => rmSync(folder, { recursive: true }))
const db = openDatabase(join(folder, 'state.db'))
const store = createTrustStore(db)
const { log: known } = network
store.append({ from: 0, entries: [network.genesis.entry], checkpoint: network.genesis.checkpoint })
store.append({ from: 1, entries: known.entries(1, known.size), checkpoint: known.head().bytes })
if (role === 'listener') grow(Number(count))
const log = TrustLog.load(store, { clock: network.clock })

const overlay = await createOverlay(
  {
    ...{ key, trust: log, scheduler: systemScheduler, random: systemRandom, log: silentLogger },
    clock: { now: () => network.clock.now(), monotonic: () => performance.now() },
    certificate: () => certificate,
    addressStore: createAddressStore(db),
    liveNodes: () => log.state.liveNodes()
  },
  { listen: ['/ip4/127.0.0.1/tcp/0'], version: '0.0', bootstrap: [] }
)
const sync = createTrustSync({
  ...{ overlay, log, scheduler: systemScheduler, random: systemRandom, logger: silentLogger }
})
await sync.start()
await overlay.host.start()

answerQuestions(async (target: string | undefined) => {
  if (target === undefined) return overlay.host.addresses()[0]
  const { nodeId } = identities.listener
  accepted(await overlay.host.dial(nodeId, [target]))
  const from = log.reach
  const before = peakMb()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const start = performance.now()
  accepted(await sync.pull(nodeId))
  const ms = performance.now() - start
  delay.disable()
  assert.equal(log.size, from + Number(count))
  const alone = signaturesAlone(from)
  return {
    ms,
    'times the signatures alone': ms / alone,
    'longest turn of the event loop, ms': delay.max / 1e6,
    'resident MB more at the peak': peakMb() - before
  }
})

function peakMb(): number {
  return process.resourceUsage().maxRSS / 1024
}

/** What any node has to do for the entries from `from` on, whoever brings them. */
function signaturesAlone(from: number): number {
  const entries = log.entries(from, from + Math.min(5000, Number(count)))
  const start = performance.now()
  for (const bytes of entries) assert.ok(openEnvelope(DOMAINS.trustEntry, bytes).ok)
  return ((performance.now() - start) / entries.length) * Number(count)
}

/** Gives the log so many more entries, past the checks: their signatures are right. */
function grow(more: number): void {
  const time = network.clock.now()
  const entries: Uint8Array[] = []
  for (let i = 0; i < more; i++) {
    const stamp = { version: 1, network: network.network, index: known.size + i, time } as const
    const member = { member: `member-${i}`, groups: ['staff'], attributes: {} }
    entries.push(sealEntry({ ...stamp, type: 'member-added', ...member }, network.key))
  }
  const size = known.size + more
  const root = known.rootAfter(entries)
  const head = { version: 1, network: network.network, size, root, time } as const
  store.append({ from: known.size, entries, checkpoint: sealCheckpoint(head, network.key) })
}
