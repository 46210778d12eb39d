import type { ResultOf } from '../../control/methods/index.ts'
import { authorityKeyTable } from '../authority-key-table.ts'
import type { Context } from '../context.ts'
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
      ...authorityKeyTable(paint, authority.keys, {
        linesMax: LINES_MAX - FACT_LINES,
        program: context.program
      })
    ],
    quiet: [authority.fingerprint],
    next: authority.state === 'locked' ? 'peerage authority unlock' : 'peerage member ls'
  }
}

function keyState({ state, locksAt }: Authority): string {
  if (state === 'absent') return 'not in this home'
  if (state === 'locked') return 'in this home, locked'
  return `in this home, unlocked${locksAt === undefined ? '' : ` until ${locksAt}`}`
}

function approvers({ approvers: { members, threshold } }: Authority): string {
  if (threshold === 0) return 'nobody: the authority decides alone'
  return `${threshold} of ${members.join(', ')}`
}
