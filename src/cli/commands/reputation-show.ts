import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { alignedFacts, count, printable, type Report } from '../output.ts'

const INCIDENTS_MAX = 3

export async function run(context: Context, input: Input): Promise<Report> {
  const shown = await context.call('reputation.show', { peer: input.argument('peer') })
  const { parts, incidents, opinions, outlook } = shown
  const sum = Object.entries(parts)
    .filter(([, points]) => points !== 0)
    .map(([name, points]) => `${name} ${points}`)
  const latest = incidents.slice(0, INCIDENTS_MAX)
  const more = incidents.length - latest.length
  return {
    json: shown,
    text: (paint) => [
      `${paint('strong', shown.member)}: ${shown.standing}${shown.exempt ? ', exempt' : ''}`,
      ...alignedFacts([
        ['why', printable(shown.reason)],
        ['score', sum.length === 0 ? '0' : `${shown.score} = ${sum.join(', ')}`],
        ['since', shown.until === undefined ? shown.since : `${shown.since}, until ${shown.until}`],
        ['answers', `${shown.answers}${shown.probation ? ', on probation' : ''}`],
        ...latest.map(
          ({ code, times, last }, i) =>
            [i === 0 ? 'seen' : '', `${code}, ${count(times, 'time')}, last ${last}`] as const
        ),
        ['', more > 0 ? `… ${count(more, 'code')} more (--json)` : undefined],
        [
          'said',
          opinions.length === 0
            ? undefined
            : `opinion of ${opinions.map(({ by }) => by).join(', ')}`
        ],
        ...outlook.map((sentence, i) => [i === 0 ? 'next' : '', sentence] as const)
      ])
    ],
    quiet: [shown.standing],
    next: `peerage peer ${shown.standing === 'banned' ? 'unban' : 'ban'} ${shown.member}`
  }
}
