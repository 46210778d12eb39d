import type { AnsweredCall } from '../../control/rpc.ts'
import type { ErrorCode } from '../../errors.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Clock } from '../../time/clock.ts'
import type { TrustEntry } from '../../trust/entry.ts'
import type { Observer } from '../observer.ts'
import type { Tally } from './tally.ts'

/** The observer of a node, counting what it is told of. */
export function countedObserver(
  observer: Observer,
  tally: Tally,
  clock: Pick<Clock, 'now'>
): Observer {
  return {
    ...observer,
    admitted(peer, direction) {
      tally.count('peerage_admissions_total', { direction })
      observer.admitted(peer, direction)
    },
    refused(refusal) {
      const { code, direction } = refusal
      tally.count('peerage_refusals_total', { code, direction })
      observer.refused(refusal)
    },
    closed(nodeId, reason) {
      tally.count('peerage_closes_total', { code: codeText(reason) })
      observer.closed(nodeId, reason)
    },
    enrolled(outcome, trust) {
      const { ask = 'enroll', code } = outcome
      tally.count('peerage_enrollments_total', { ask, code: codeText(code) })
      observer.enrolled(outcome, trust)
    },
    updated(record) {
      tally.count('peerage_record_updates_total', { kind: record.kind })
      observer.updated(record)
    },
    advanced(advance) {
      for (const { entry } of advance.added) {
        if (!excludes(entry)) continue
        tally.observe('peerage_revocation_apply_seconds', {}, (clock.now() - entry.time) / 1000)
      }
      observer.advanced(advance)
    }
  }
}

/** Lookups with their time and outcome. */
export function timedLookups<T extends Pick<Overlay, 'closestPeers'>>(
  overlay: T,
  tally: Tally,
  clock: Pick<Clock, 'monotonic'>
): T {
  return {
    ...overlay,
    async closestPeers(location, options) {
      const start = clock.monotonic()
      let outcome = 'failed'
      try {
        const found = await overlay.closestPeers(location, options)
        outcome = 'ok'
        return found
      } finally {
        tally.observe('peerage_lookup_seconds', { outcome }, (clock.monotonic() - start) / 1000)
      }
    }
  }
}

/** Counts what the control sockets answer, with its time. */
export function countedAnswers(tally: Tally): (answered: AnsweredCall) => void {
  return ({ method, code, ms }) => {
    tally.count('peerage_rpc_requests_total', { method, code: codeText(code) })
    tally.observe('peerage_rpc_seconds', {}, ms / 1000)
  }
}

function excludes({ type }: TrustEntry): boolean {
  return type === 'revoked' || type === 'member-suspended'
}

/** What needed no code went well. */
function codeText(code: ErrorCode | undefined): string {
  return code ?? 'ok'
}
