import { DOMAINS } from '../crypto/domains.ts'
import { PublicKey } from '../crypto/ed25519.ts'
import { parseEnvelope } from '../crypto/envelope.ts'
import type { NetworkId } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import { parseEntry, type SignedEntry } from './entry.ts'
import type { TrustLog } from './trust-log.ts'

/** What is known here of who is in charge; a `TrustLog` knows it. */
export interface OfficeView {
  readonly network: NetworkId
  readonly size: number
  readonly state: Pick<TrustLog['state'], 'signingKey' | 'recoveryKey' | 'keyStanding'>
}

/**
 * The entries by which whoever has missed them finds from the key that it knows to the one that is
 * in charge now: those of the last lifetime of a certificate, since older certificates have ended.
 */
export function successionOf(
  log: Pick<TrustLog, 'entries'> & { readonly state: Pick<TrustLog['state'], 'succession'> },
  now: UnixMillis
): readonly Uint8Array[] {
  const since = now - LIMITS.certificateLifetimeMs
  const entries = log.state.succession
    .filter(({ time }) => time >= since)
    .flatMap(({ index }) => log.entries(index, index + 1))
  // The newest that fit: a part of the way helps those who are not as far behind.
  while (entries.reduce((sum, { length }) => sum + length, 0) > LIMITS.successionBytesMax) {
    entries.shift()
  }
  return entries
}

/**
 * The keys that these entries put in charge after the one in charge here, one after the other.
 * Every step is signed by the key in charge before it, or by the recovery key, and stands beyond
 * the end of this log; any other is left out. Whether all rules were kept, approvals for example,
 * only the whole log shows: until it is here, an heir is good for a connection to fetch it over.
 */
export function heirsIn(log: OfficeView, entries: readonly Uint8Array[]): readonly PublicKey[] {
  const { state } = log
  const heirs: PublicKey[] = []
  const prepared: PublicKey[] = []
  let inCharge = state.signingKey
  let recovery = state.recoveryKey
  let next = log.size
  for (const bytes of entries) {
    const signed = readIf(bytes, (signer) => isOneOf(signer, [inCharge, recovery]))
    if (signed === undefined) continue
    const { entry, signer } = signed
    if (entry.network !== log.network || entry.index < next) continue
    if (entry.type === 'recovered' && isOneOf(signer, [recovery])) {
      recovery = entry.recoveryKey.length === 0 ? undefined : new PublicKey(entry.recoveryKey)
    } else if (entry.type === 'authority-key' && isOneOf(signer, [inCharge])) {
      const key = new PublicKey(entry.key)
      if (entry.step === 'prepared') prepared.push(key)
      const isPrepared = isOneOf(key, prepared) || state.keyStanding(key) === 'prepared'
      if (entry.step !== 'activated' || !isPrepared) continue
    } else continue
    inCharge = new PublicKey(entry.key)
    next = entry.index + 1
    heirs.push(inCharge)
  }
  return heirs
}

/** Looks at the name of the signer before any signature is verified. */
function readIf(
  bytes: Uint8Array,
  isExpected: (signer: PublicKey) => boolean
): SignedEntry | undefined {
  const envelope = parseEnvelope(DOMAINS.trustEntry, bytes)
  if (!envelope.ok || !isExpected(envelope.value.signer)) return undefined
  const signed = parseEntry(bytes)
  return signed.ok ? signed.value : undefined
}

function isOneOf(key: PublicKey, keys: readonly (PublicKey | undefined)[]): boolean {
  return keys.some((each) => each?.equals(key))
}
