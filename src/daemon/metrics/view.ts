import { statfsSync, statSync } from 'node:fs'
import type { MetricFamily, Sample } from '../../encoding/exposition.ts'
import { LIMITS } from '../../limits.ts'
import type { OverlayFigures } from '../../overlay/figures.ts'
import type { AssembledOverlay } from '../../overlay/overlay.ts'
import { STANDINGS } from '../../reputation/standing.ts'
import {
  createFullestOwners,
  createRecordSummary,
  type FullestOwner
} from '../../storage/record-summary.ts'
import type { Clock } from '../../time/clock.ts'
import { createLoopDelay } from '../../time/loop-delay.ts'
import type { Ack } from '../../trust/ack.ts'
import type { AlarmBook } from '../alarms.ts'
import type { Attention } from '../attention.ts'
import type { DaemonState } from '../daemon-state.ts'
import { judgeHealth } from '../health.ts'
import type { OpenedNode } from '../open-node.ts'
import { recordDisk } from '../record-disk.ts'
import { createRecordView } from '../record-view.ts'
import type { ReputationRoom } from '../reputation.ts'
import { METRICS, type MetricName } from './table.ts'
import type { Tally } from './tally.ts'

export interface MetricsComponents {
  readonly node: OpenedNode
  readonly overlay: Pick<AssembledOverlay, 'peers' | 'figures'>
  readonly reputation: Pick<ReputationRoom, 'ledger'>
  readonly state: DaemonState
  readonly acks: () => readonly Ack[]
  readonly alarms: Pick<AlarmBook, 'open'>
  readonly attention: () => readonly Attention[]
  readonly clock: Clock
  readonly tally: Tally
  readonly version: string
}

/** All metrics as they are now: what was counted, and what is looked up at the moment of asking. */
export function createMetricsView(components: MetricsComponents): () => readonly MetricFamily[] {
  const recordsByKind = createRecordSummary(components.node.db)
  const fullest = createFullestOwners(components.node.db)
  const loopDelay = createLoopDelay()
  return () => {
    const found: { readonly [Name in MetricName]?: readonly Sample[] } = {
      ...lookNode(components),
      ...lookTrust(components),
      ...lookPeers(components),
      ...lookLibp2p(components.overlay.figures()),
      ...lookDisk(components.node),
      peerage_record_quota_ratio: quotaRatios(components.node, fullest()),
      peerage_records: recordsByKind().map(({ kind, records }) => of(records, { kind })),
      peerage_record_bytes: recordsByKind().map(({ kind, bytes }) => of(bytes, { kind })),
      peerage_loop_delay_seconds: Object.entries(loopDelay.look()).map(([quantile, value]) =>
        of(value, { quantile: QUANTILES[quantile] ?? quantile })
      )
    }
    return Object.entries(METRICS).map(([key, { type, help }]) => {
      const name = key as MetricName
      return { name, type, help, samples: [...(found[name] ?? components.tally.samples(name))] }
    })
  }
}

const QUANTILES: Readonly<Record<string, string>> = { p50: '0.5', p99: '0.99', max: '1' }

type Found = { readonly [Name in MetricName]?: readonly Sample[] }

function lookNode({ state, attention, alarms, version }: MetricsComponents): Found {
  const due = attention()
  const open = Map.groupBy(alarms.open(), ({ code }) => code)
  return {
    peerage_build_info: [of(1, { version, node: process.versions.node })],
    peerage_ready: [of(judgeHealth(state.current(), due).ready ? 1 : 0)],
    peerage_uptime_seconds: [of(state.uptimeMs() / 1000)],
    peerage_attention: [...new Set(due.map(({ code }) => code))].map((code) => of(1, { code })),
    peerage_alarms: [...open].map(([code, list]) => of(list.length, { code })),
    process_resident_memory_bytes: [of(process.memoryUsage.rss())],
    process_cpu_seconds_total: [of((process.cpuUsage().user + process.cpuUsage().system) / 1e6)]
  }
}

function lookTrust({ node, acks }: MetricsComponents): Found {
  const { log, certificate, live } = node
  const { signingKeySince, signingKey } = log.state
  const { admissionMs, sessionMs } = live.maxAge
  const { size } = log.head().checkpoint
  const authorityEnd = (signingKeySince + LIMITS.authorityCertificateLifetimeMs) / 1000
  return {
    peerage_certificate_expiry_timestamp_seconds: [of(certificate.current().notAfter / 1000)],
    peerage_authority_key_expiry_timestamp_seconds:
      signingKey === undefined ? [] : [of(authorityEnd)],
    peerage_trust_entries: [of(size)],
    peerage_trust_checkpoint_age_seconds: [of(log.checkpointAgeMs() / 1000)],
    peerage_trust_admission_age_limit_seconds: [of(admissionMs / 1000)],
    peerage_trust_session_age_limit_seconds: [of(sessionMs / 1000)],
    peerage_trust_acknowledged_nodes: [of(acks().filter((ack) => ack.size >= size).length)],
    peerage_nodes: [of(log.state.liveNodes().length)]
  }
}

function lookPeers({ overlay, reputation: { ledger } }: MetricsComponents): Found {
  const peers = overlay.peers().map(({ member }) => ledger.standing(member))
  return {
    peerage_peers: STANDINGS.map((standing) =>
      of(peers.filter((each) => each === standing).length, { standing })
    ),
    peerage_members_banned: [
      of(ledger.all().filter(({ member }) => ledger.standing(member) === 'banned').length)
    ]
  }
}

function lookLibp2p({ connections, streams, dials, routingTable }: OverlayFigures): Found {
  const by = (direction: string) => of(connections.get(direction) ?? 0, { direction })
  return {
    peerage_connections: [by('inbound'), by('outbound')],
    peerage_streams: [...streams].map(([protocol, open]) => of(open, { protocol })),
    peerage_dials: ['queued', 'active'].map((state) => of(dials.get(state) ?? 0, { state })),
    peerage_routing_table_peers: [of(routingTable)]
  }
}

/** Kinds that the trust log does not know any more have no quota. */
function quotaRatios({ log }: OpenedNode, fullest: readonly FullestOwner[]): readonly Sample[] {
  const { kindOf } = createRecordView(log)
  return fullest.flatMap(({ kind, records }) => {
    const declared = kindOf(kind)
    if (!declared.ok) return []
    const recordsMax = Math.min(declared.value.recordsMax, LIMITS.recordsPerOwnerMax)
    return [of(records / recordsMax, { kind })]
  })
}

function lookDisk({ home, config }: OpenedNode): Found {
  const { bavail, bsize } = statfsSync(home.directory)
  return {
    peerage_storage_bytes: [of(statSync(home.database).size)],
    peerage_storage_limit_bytes: [of(recordDisk(home, config).bytesMax)],
    peerage_storage_free_bytes: [of(bavail * bsize)]
  }
}

function of(value: number, labels: Sample['labels'] = {}): Sample {
  return { labels, value }
}
