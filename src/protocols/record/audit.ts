import type { Random } from '../../crypto/random.ts'
import { equalBytes } from '../../encoding/bytes.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import { contradicts, openProof } from '../../records/storage-proof.ts'
import type { StorageReceipt } from '../../records/storage-receipt.ts'
import type { Clock } from '../../time/clock.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { Background } from './background.ts'
import type { Holders } from './holders.ts'
import type { Holdings } from './holdings.ts'
import type { Misbehavior } from './misbehavior.ts'
import type { Receipts } from './receipts.ts'

export interface AuditComponents {
  readonly network: NetworkId
  readonly holders: Pick<Holders, 'ask' | 'blame'>
  readonly holdings: Pick<Holdings, 'held'>
  readonly receipts: Pick<Receipts, 'sample' | 'drop'>
  readonly misbehavior: Pick<Misbehavior, 'found'>
  readonly background: Pick<Background, 'run' | 'signal'>
  readonly clock: Pick<Clock, 'now'>
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
}

/**
 * Has holders show that they keep what they have signed for: a hash over a fresh nonce and the
 * record, which nobody can answer who has only its digest. The answer is signed, so that one which
 * contradicts the receipt is evidence for everybody. Returns how to stop.
 */
export function startAudit(components: AuditComponents): () => void {
  const { network, holders, holdings, receipts, misbehavior, background, random } = components
  const { clock, scheduler, logger } = components

  async function audit(receipt: StorageReceipt): Promise<void> {
    const record = holdings.held(receipt.location)
    // Without the record its name is not known; a newer one has receipts of its own.
    if (record === undefined || record.version !== receipt.version) return
    const { kind, owner, name } = record
    const nonce = random.bytes(LIMITS.auditNonceBytes)
    const question = { ask: 'audit', kind, owner, name, nonce } as const
    await holders.ask([receipt.holder], question, background.signal, (nodeId, answer) => {
      const proof = answer.ok ? openProof(answer.value.proof, network) : answer
      if (!proof.ok) {
        logger.debug('record.audit-unanswered', { nodeId, code: proof.fault })
        return
      }
      if (proof.value.holder !== nodeId || !equalBytes(proof.value.nonce, nonce)) {
        holders.blame(nodeId, 'MESSAGE_MALFORMED')
        return
      }
      if (!contradicts(receipt, proof.value, record)) return
      misbehavior.found('RECORD_PROMISE_BROKEN', [receipt.bytes, proof.value.bytes, record.bytes])
      // The next repair stores the record there again, and brings a new receipt.
      receipts.drop(receipt)
    })
  }

  return scheduler.every(LIMITS.recordAuditMs, () =>
    background.run(async () => {
      const now = clock.now()
      const from = random.bytes(32)
      for (const receipt of receipts.sample(from, LIMITS.recordAuditReceipts)) {
        const isDue = receipt.storedAt + LIMITS.clockSkewMs < now && now < receipt.until
        if (isDue) await audit(receipt)
      }
    })
  )
}
