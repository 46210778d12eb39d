import type { NodeApi } from '../../control/node-api.ts'
import { toHex } from '../../encoding/bytes.ts'
import type { MetricFamily } from '../../encoding/exposition.ts'
import { PeerageError } from '../../errors.ts'
import type { VerifiedCertificate } from '../../identity/certificate.ts'
import type { FreshnessLimits } from '../../overlay/freshness.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Journal } from '../../storage/journal.ts'
import { type Clock, formatTime } from '../../time/clock.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import type { Attention } from '../attention.ts'
import type { DaemonState } from '../daemon-state.ts'
import { judgeHealth } from '../health.ts'
import { showFreshness, showTrust } from './present.ts'

export interface NodeComponents {
  readonly state: DaemonState
  readonly log: TrustLog
  readonly overlay: Overlay
  readonly maxAge: FreshnessLimits
  readonly certificate: () => VerifiedCertificate
  readonly clock: Clock
  readonly version: string
  readonly attention: () => readonly Attention[]
  readonly metrics: () => readonly MetricFamily[]
  readonly journal: Pick<Journal, 'head'>
  /** Begins the stop of the daemon and returns at once. */
  readonly requestStop: (reason: string) => void
}

export function createNodeApi(components: NodeComponents): NodeApi['node'] {
  const { state, log, overlay, certificate, clock, version, attention, requestStop } = components
  const journalHead = () => {
    const { sequence, hash } = components.journal.head()
    return { sequence, hash: toHex(hash) }
  }
  const peers = () => ({ connected: overlay.peers().length })
  return {
    async status() {
      const { serial, notAfter, member, node } = certificate()
      const network = log.state.network
      if (network === undefined) throw new PeerageError('HOME_EMPTY')
      return {
        attention: [...attention()],
        state: state.current(),
        version,
        nodeId: overlay.nodeId,
        node,
        member,
        groups: [...log.state.groupsOf(certificate().member)],
        network: { id: network.id, name: network.name },
        listen: [...overlay.addresses()],
        peers: peers(),
        certificate: { serial, notAfter: formatTime(notAfter) },
        trust: { ...showTrust(log), freshness: showFreshness(log, components.maxAge) },
        journal: journalHead(),
        uptimeMs: state.uptimeMs()
      }
    },
    async health() {
      const { live, ready, reasons } = judgeHealth(state.current(), attention())
      return { live, ready, reasons: [...reasons] }
    },
    async metrics() {
      return {
        metrics: components.metrics().map((family) => ({ ...family, samples: [...family.samples] }))
      }
    },
    async stop({ reason }) {
      requestStop(reason ?? 'node.stop')
      return { state: 'stopping' }
    },
    async wait({ peers: wanted, timeoutMs }, { signal }) {
      const start = clock.monotonic()
      const isThere = () => state.current() === 'ready' && overlay.peers().length >= wanted
      await state.until(isThere, timeoutMs, signal)
      return {
        state: state.current(),
        peers: peers(),
        waitedMs: Math.round(clock.monotonic() - start)
      }
    }
  }
}
