import { appliedFacts } from './applied-facts.ts'
import { count } from './output.ts'

interface Receipt {
  readonly dryRun: boolean
  readonly index: number
  readonly excluded: readonly string[]
  readonly restored: readonly string[]
  readonly trust: { readonly size: number; readonly root: string }
  readonly acks?: Parameters<typeof appliedFacts>[0] | undefined
}

/** What a decision of the authority did, or would do. */
export function receiptFacts({
  dryRun,
  index,
  excluded,
  restored,
  trust,
  acks
}: Receipt): (readonly [string, string | undefined])[] {
  return [
    ['entry', dryRun ? `would be ${index} of the trust log` : `${index} of the trust log`],
    ['refused', nodes(excluded)],
    ['admitted', nodes(restored)],
    ...(acks === undefined ? [] : appliedFacts(acks)),
    ['trust log', `size ${trust.size}, root ${trust.root}`]
  ]
}

function nodes(ids: readonly string[]): string | undefined {
  return ids.length === 0 ? undefined : `${count(ids.length, 'node')} ${ids.join(' ')}`
}

/** The verb in the past, or what would happen. */
export function decided(dryRun: boolean, what: string): string {
  return dryRun ? `${what}: nothing was changed (--dry-run)` : what
}
