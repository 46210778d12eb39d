import type { ResultOf } from '../control/methods/index.ts'
import { count } from './output.ts'

/** Who has a record on disk, and who has not. */
export function storedFacts(
  record: ResultOf<'record.put'>
): (readonly [string, string | undefined])[] {
  const { readers, digest, acknowledgedBy, copies, refused, pending, expiresAt } = record
  return [
    ['sealed', readers === undefined ? undefined : `to ${readers.join(', ')}`],
    ['digest', digest],
    [
      'stored',
      `synced to disk on ${count(acknowledgedBy.length, 'node')} of ${copies}, by signed receipts`
    ],
    ...acknowledgedBy.slice(0, 4).map((nodeId) => ['', nodeId] as const),
    ['refused', refused.length === 0 ? undefined : codesOf(refused)],
    ['waiting', pending.length === 0 ? undefined : `for ${count(pending.length, 'node')}`],
    ['expires', expiresAt]
  ]
}

function codesOf(refused: readonly { readonly code: string }[]): string {
  const codes = [...new Set(refused.map(({ code }) => code))]
  return `by ${count(refused.length, 'node')}: ${codes.join(', ')}`
}
