import { formatDuration } from '../../encoding/duration.ts'
import type { Context } from '../context.ts'
import { freshnessWords } from '../freshness-words.ts'
import { alignedFacts, type Report } from '../output.ts'

export async function run(context: Context): Promise<Report> {
  const head = await context.call('trust.head', {})
  return {
    json: head,
    text: (paint) => [
      `trust log of size ${paint('strong', String(head.size))}`,
      ...alignedFacts([
        ['root', head.root],
        ['signed', `${head.time} (${formatDuration(head.checkpointAgeMs)} ago)`],
        ['signer', head.signer],
        ['freshness', freshnessWords(head.freshness)],
        ['network', head.network]
      ])
    ],
    quiet: [head.root],
    next: 'peerage trust log'
  }
}
