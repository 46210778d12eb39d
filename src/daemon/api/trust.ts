import type { NodeApi } from '../../control/node-api.ts'
import { PublicKey } from '../../crypto/ed25519.ts'
import { parseText, toBase64url } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
import { authorityFingerprint } from '../../identity/certificate.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import type { FreshnessLimits } from '../../overlay/freshness.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { TrustSync } from '../../protocols/trust-sync/index.ts'
import { formatTime } from '../../time/clock.ts'
import type { Ack } from '../../trust/ack.ts'
import type { StoredDoubts } from '../../trust/doubts.ts'
import type { SignedEntry, Statement, TrustEntry } from '../../trust/entry.ts'
import { createTrustProof } from '../../trust/proof.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import type { AlarmBook } from '../alarms.ts'
import type { AppliedView } from '../applied.ts'
import { takeLog } from '../carry-log.ts'
import { createAlarmsApi } from './alarms.ts'
import { createEquivocationApi } from './equivocation.ts'
import { parseCursor } from './page.ts'
import { showFreshness, showHash } from './present.ts'
import { createSyncApi } from './sync.ts'

export interface TrustComponents {
  readonly log: TrustLog
  readonly applied: AppliedView
  readonly acks: () => readonly Ack[]
  readonly alarms: AlarmBook
  readonly doubts: StoredDoubts
  readonly overlay: Pick<Overlay, 'peers'>
  readonly trustSync: Pick<TrustSync, 'pull'>
  readonly maxAge: FreshnessLimits
}

export function createTrustApi(components: TrustComponents): NodeApi['trust'] {
  const { log, applied, acks } = components
  return {
    ...createAlarmsApi(components.alarms),
    ...createEquivocationApi(components),
    sync: createSyncApi(components),
    async head() {
      const { checkpoint, signer, bytes } = log.head()
      return {
        network: log.network,
        size: checkpoint.size,
        root: showHash(checkpoint.root),
        time: formatTime(checkpoint.time),
        checkpointAgeMs: log.checkpointAgeMs(),
        freshness: showFreshness(log, components.maxAge),
        signer: authorityFingerprint(signer),
        checkpoint: toBase64url(bytes),
        genesis: toBase64url(log.genesis().checkpoint)
      }
    },
    async export({ index = log.size - 1 }) {
      return createTrustProof(log, index, acks())
    },
    async import({ network, genesis, checkpoint, from, entries }) {
      return takeLog(log, {
        network: network as NetworkId,
        genesis: bytesOf('genesis', genesis),
        checkpoint: bytesOf('checkpoint', checkpoint),
        from,
        entries: entries.map((entry) => bytesOf('entries', entry))
      })
    },
    async acks({ index = log.size - 1 }) {
      if (index >= log.size) throw new PeerageError('TRUST_ENTRY_NOT_FOUND', { size: log.size })
      return applied.of(index)
    },
    async entries({ from, limit, cursor }) {
      const start = cursor === undefined ? from : parseCursor(cursor)
      if (start > log.size) throw new PeerageError('TRUST_ENTRY_NOT_FOUND', { size: log.size })
      const end = Math.min(start + limit, log.size)
      const items = Array.from({ length: end - start }, (_, i) => showEntry(log.entry(start + i)))
      return { items, nextCursor: end < log.size ? String(end) : null }
    }
  }
}

function bytesOf(argument: string, text: string): Uint8Array {
  const parsed = parseText(text, 'base64url')
  if (!parsed.ok) throw new PeerageError('INVALID_ARGUMENT', { argument })
  return parsed.value
}

function showEntry(signed: SignedEntry) {
  const { entry, hash, signer, bytes } = signed
  return {
    index: entry.index,
    time: formatTime(entry.time),
    type: entry.type,
    hash: showHash(hash),
    signer: authorityFingerprint(signer),
    entry: toBase64url(bytes),
    ...showContent(entry)
  }
}

/** What an entry says, or would say, in the fields of `trust.entries`. */
export function showContent(entry: TrustEntry | Statement) {
  switch (entry.type) {
    case 'genesis':
      return { name: entry.name }
    case 'member-added':
    case 'member-changed':
      return { member: entry.member, groups: entry.groups, attributes: entry.attributes }
    case 'member-suspended':
      return { member: entry.member, reason: entry.reason }
    case 'member-resumed':
      return { member: entry.member }
    case 'node-enrolled': {
      const { member, node, nodeId, serial, method, assurance, invite } = entry
      const notAfter = formatTime(entry.notAfter)
      return { member, node, nodeId, serial, notAfter, method, assurance, invite }
    }
    case 'revoked':
      return { target: entry.target, reason: entry.reason }
    case 'kind-set':
      return { kind: entry.kind.name }
    case 'kind-retired':
      return { kind: entry.kind }
    case 'policy-set':
      return { text: entry.text }
    case 'authority-key':
      return { step: entry.step, key: authorityFingerprint(new PublicKey(entry.key)) }
    case 'approvers-set':
      return { members: entry.members, threshold: entry.threshold }
    case 'recovered':
      return { key: authorityFingerprint(new PublicKey(entry.key)), reason: entry.reason }
  }
}
