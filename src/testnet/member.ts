import type { PrivateKey } from '../crypto/ed25519.ts'
import { systemRandom } from '../crypto/random.ts'
import type { Lifecycle } from '../daemon/lifecycle.ts'
import { openNode } from '../daemon/open-node.ts'
import { silentLogger } from '../log.ts'
import { type AssembledOverlay, createOverlay } from '../overlay/overlay.ts'
import { systemClock } from '../time/clock.ts'
import { systemScheduler } from '../time/scheduler.ts'
import type { TrustLog } from '../trust/trust-log.ts'

export interface Member {
  readonly overlay: AssembledOverlay
  readonly key: PrivateKey
  readonly log: TrustLog
}

const TIME = { clock: systemClock, scheduler: systemScheduler }

/** The overlay of a real node on a home; it listens nowhere, so that it is never dialed. */
export async function openMember(home: string, lifecycle: Lifecycle): Promise<Member> {
  const { key, log, certificate } = await openNode(
    { directory: home, passphrase: undefined, authorityPassphrase: undefined, ...TIME },
    lifecycle
  )
  const overlay = await createOverlay(
    {
      ...{ key, trust: log, ...TIME, random: systemRandom, log: silentLogger },
      certificate: () => certificate.current().bytes,
      addressStore: { load: () => [], save() {}, remove() {} },
      liveNodes: () => []
    },
    { listen: [], version: '0.0', bootstrap: [] }
  )
  await overlay.start()
  lifecycle.started('overlay', () => overlay.stop())
  return { overlay, key, log }
}
