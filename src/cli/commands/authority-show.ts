import type { ResultOf } from '../../control/methods/index.ts'
import type { Context } from '../context.ts'
import { cutTable } from '../list-report.ts'
import { alignedFacts, LINES_MAX, type Report } from '../output.ts'

/** Fingerprint, state, approvers, recovery, and the next command. */
const FACT_LINES = 5

type Authority = ResultOf<'authority.show'>

export async function run(context: Context): Promise<Report> {
  const authority = await context.call('authority.show', {})
  return {
    json: authority,
    text: (paint) => [
      `authority ${paint('strong', authority.fingerprint)}`,
      ...alignedFacts([
        ['key', keyState(authority)],
        ['approvers', approvers(authority)],
        ['recovery', authority.recoverable ? 'possible with the recovery codes' : 'not possible']
      ]),
      ...cutTable(paint, {
        heading: ['KEY', 'STANDING', 'SINCE', 'HERE'],
        rows: authority.keys.map((key) => [
          key.fingerprint.slice(0, FINGERPRINT_SHOWN),
          key.standing,
          key.since,
          key.held ? 'yes' : 'no'
        ]),
        empty: 'no keys',
        linesMax: LINES_MAX - FACT_LINES,
        all: `${context.program} authority show --json`
      })
    ],
    quiet: [authority.fingerprint],
    next: authority.state === 'locked' ? 'peerage authority unlock' : 'peerage member ls'
  }
}

/** `sha256:` and 16 digits: a person compares no more, and no network has two keys alike in them. */
const FINGERPRINT_SHOWN = 23

function keyState({ state, locksAt }: Authority): string {
  if (state === 'absent') return 'not in this home'
  if (state === 'locked') return 'in this home, locked'
  return `in this home, unlocked${locksAt === undefined ? '' : ` until ${locksAt}`}`
}

function approvers({ approvers: { members, threshold } }: Authority): string {
  if (threshold === 0) return 'nobody: the authority decides alone'
  return `${threshold} of ${members.join(', ')}`
}
