import { formatDuration } from '../encoding/duration.ts'

interface Applied {
  readonly applied: readonly unknown[]
  readonly missing: readonly {
    readonly node: string
    readonly member: string
    readonly lastAck?: string | undefined
  }[]
  readonly waitedMs?: number | undefined
}

const NAMED_MAX = 3

/** "24 of 25 nodes in 0.8 s", and who is missing. */
export function appliedFacts({
  applied,
  missing,
  waitedMs
}: Applied): (readonly [string, string | undefined])[] {
  const all = applied.length + missing.length
  const time = waitedMs === undefined ? '' : ` in ${formatDuration(waitedMs)}`
  const named = missing.slice(0, NAMED_MAX).map(({ node, member, lastAck }) => {
    return `${member}/${node} (${lastAck === undefined ? 'never heard' : `last at ${lastAck}`})`
  })
  const more = missing.length - named.length
  return [
    ['applied by', `${applied.length} of ${all} nodes${time}`],
    [
      'not yet',
      missing.length === 0
        ? undefined
        : `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}; they apply it on contact`
    ]
  ]
}
