import type { PrivateKey } from '../crypto/ed25519.ts'
import { renewLate } from '../protocols/enrollment/index.ts'
import type { SettingsStore } from '../storage/settings-store.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { TrustLog } from '../trust/trust-log.ts'
import { parseList } from './settled-addresses.ts'

export interface LateRenewalComponents {
  readonly settings: SettingsStore
  readonly log: TrustLog
  readonly key: PrivateKey
  readonly scheduler: Scheduler
}

/** Where the front desk was when this node last heard of it. */
export function saveFrontDesk(settings: SettingsStore, addresses: readonly string[]): void {
  if (addresses.length > 0) settings.set('desk', JSON.stringify(addresses))
}

/**
 * The certificate that follows one which has ended, from the front desk that this node knows;
 * undefined where it knows none. Throws what {@link renewLate} throws.
 */
export async function lateRenewal(
  { settings, log, key, scheduler }: LateRenewalComponents,
  certificate: Uint8Array
): Promise<Uint8Array | undefined> {
  const frontDesk = parseList(settings.get('desk'))
  if (frontDesk.length === 0) return undefined
  const desk = { network: log.network, frontDesk }
  return await renewLate({ key, scheduler }, desk, { certificate, log })
}
