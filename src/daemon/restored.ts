import { PeerageError } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { SettingsStore } from '../storage/settings-store.ts'
import { formatTime } from '../time/clock.ts'
import type { TrustLog } from '../trust/trust-log.ts'
import type { AlarmBook } from './alarms.ts'

/**
 * When the backup was made of which this home was restored, as long as it is not known what came
 * after it. `undefined` for every other home.
 */
export function restoredFrom(settings: Pick<SettingsStore, 'get'>): number | undefined {
  const madeAt = settings.get('restored') ?? ''
  return madeAt === '' ? undefined : Number(madeAt)
}

/** Throws `HOME_RESTORED`: what was signed since the backup would be signed a second time. */
export function requireNotRestored(settings: Pick<SettingsStore, 'get'>): void {
  const madeAt = restoredFrom(settings)
  if (madeAt !== undefined) throw new PeerageError('HOME_RESTORED', { madeAt: formatTime(madeAt) })
}

export interface RestoredComponents {
  readonly settings: Pick<SettingsStore, 'get' | 'set'>
  readonly log: Pick<TrustLog, 'size' | 'reach'> & {
    readonly state: Pick<TrustLog['state'], 'liveNodes'>
  }
  readonly self: NodeId
  readonly alarms: Pick<AlarmBook, 'raise' | 'clear' | 'open'>
}

export interface Restored {
  /** What this node had last seen is back: a peer was admitted, and its log is here. */
  met(nodeId: NodeId): void
  /** The log has grown, or an alarm is over. */
  look(): void
}

/**
 * A home that was restored knows an old log and does not know it. Every peer shows its own log in
 * the handshake, so after more than half of the others, and with all entries here that they have
 * shown, what the authority key signs builds on what it has signed before. It stays held while the
 * key of this node is in use at two places: then the home was copied, not restored.
 */
export function watchRestored({ settings, log, self, alarms }: RestoredComponents): Restored {
  const madeAt = restoredFrom(settings)
  if (madeAt === undefined) return { met() {}, look() {} }
  const met = new Set<NodeId>()
  const subject = formatTime(madeAt)
  let isHeld = true
  alarms.raise({ code: 'HOME_RESTORED', subject })

  function look(): void {
    if (!isHeld || log.reach > log.size) return
    const others = log.state.liveNodes().filter(({ nodeId }) => nodeId !== self)
    const seen = others.filter(({ nodeId }) => met.has(nodeId))
    const isTwin = alarms
      .open()
      .some(({ code, detail }) => code === TWINS && detail['nodeId'] === self)
    if (isTwin || seen.length * 2 <= others.length) return
    isHeld = false
    settings.set('restored', '')
    alarms.clear('HOME_RESTORED', subject)
  }

  return {
    met(nodeId) {
      met.add(nodeId)
      look()
    },
    look
  }
}

const TWINS = 'CERTIFICATE_IN_TWO_PLACES'
