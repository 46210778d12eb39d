import type { InsiderOutcome } from '../testnet/insider-play.ts'
import type { InsiderRun } from '../testnet/insider-scenarios.ts'
import type { Report } from './output.ts'
import { scenarioReport } from './scenario-report.ts'

/** What certified members who lie have brought about. */
export function insiderReport(outcome: InsiderOutcome): Report {
  return scenarioReport(outcome, {
    who: 'the honest nodes',
    isHeld: outcome.scenario.isHeld,
    facts: (run) => [['honest', honest(run)]]
  })
}

function honest({ reads, isolated, falsePositives }: InsiderRun): string {
  const all = reads.correct + reads.wrong + reads.failed
  const after = isolated.afterMs === undefined ? '' : ` within ${isolated.afterMs} ms`
  return [
    `reads ${reads.correct} of ${all}, ${reads.wrong} wrong`,
    `attacker isolated by ${isolated.by} of ${isolated.of}${after}`,
    `${falsePositives} isolated wrongly`
  ].join(' · ')
}
