import type { Outcome, Run } from '../testnet/scenario.ts'
import type { Report } from './output.ts'
import { scenarioReport } from './scenario-report.ts'

const MIB = 1 << 20

/** What attackers who only want to keep a node from working have brought about. */
export function loadReport(outcome: Outcome): Report {
  return scenarioReport(outcome, {
    who: 'the node',
    isHeld: (run) => outcome.scenario.isHeld(run, outcome.ms),
    facts: (run) => [
      ['honest', honest(run)],
      ['victim', victim(run)]
    ]
  })
}

function honest({ idle, calls, dials, falsePositives, isolatedAfterMs }: Run): string {
  const share = Math.round((100 * calls.perSecond) / Math.max(1, idle.perSecond))
  const isolated =
    isolatedAfterMs === undefined ? 'attacker not cut' : `attacker cut after ${isolatedAfterMs} ms`
  return [
    `dials ${dials.done} of ${dials.done + dials.failed}, p95 ${dials.p95Ms} ms`,
    `calls ${share} % of idle, ${calls.failed} failed`,
    `${falsePositives} cut wrongly`,
    isolated
  ].join(' · ')
}

function victim({ victim: { rssGrowthBytes, loopP99Ms, loopMaxMs } }: Run): string {
  const grown = Math.round(rssGrowthBytes / MIB)
  return `memory +${grown} MiB · event loop p99 ${loopP99Ms} ms, max ${loopMaxMs} ms`
}
