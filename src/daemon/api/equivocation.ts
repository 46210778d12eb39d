import type { NodeApi } from '../../control/node-api.ts'
import { PeerageError } from '../../errors.ts'
import { authorityFingerprint } from '../../identity/certificate.ts'
import type { Doubt, StoredDoubts } from '../../trust/doubts.ts'
import { createEquivocationProof } from '../../trust/equivocation.ts'
import { keyEntries } from '../../trust/proof.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import type { AlarmBook } from '../alarms.ts'

export interface EquivocationApiComponents {
  readonly log: TrustLog
  readonly doubts: StoredDoubts
  readonly alarms: Pick<AlarmBook, 'clear'>
}

export function createEquivocationApi(
  components: EquivocationApiComponents
): Pick<NodeApi['trust'], 'evidence' | 'resolve'> {
  const { log, doubts, alarms } = components
  /** The one that is meant, or the only one. Throws `NOT_FOUND`. */
  const find = (fingerprint: string | undefined, among: readonly Doubt[]): Doubt => {
    const fits = among.filter(
      ({ key }) => fingerprint === undefined || authorityFingerprint(key) === fingerprint
    )
    const [doubt] = fits
    if (doubt === undefined || fits.length > 1)
      throw new PeerageError('NOT_FOUND', { argument: 'key' })
    return doubt
  }
  return {
    async evidence({ key }) {
      const { evidence } = find(key, doubts.all())
      const entries = keyEntries(log).map((index) => log.entry(index))
      return createEquivocationProof(log.network, { bytes: evidence }, entries)
    },
    async resolve({ key, choice, dryRun }) {
      const doubt = find(
        key,
        doubts.all().filter((one) => doubts.isDoubted(one.key))
      )
      const { size, root } = log.head().checkpoint
      const fingerprint = authorityFingerprint(doubt.key)
      if (!dryRun) {
        doubts.decide(doubt, choice, choice === 'switch' ? { size, root } : undefined)
        alarms.clear('TRUST_EQUIVOCATION', fingerprint)
      }
      const restart = choice === 'switch'
      return { key: fingerprint, choice, dryRun, entries: log.size, restart }
    }
  }
}
