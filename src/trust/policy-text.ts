import { fromUtf8, utf8 } from '../encoding/bytes.ts'
import { accept, type Refused, refuse, type Verdict } from '../encoding/verdict.ts'
import { findInvisible } from '../encoding/visible.ts'
import { LIMITS } from '../limits.ts'

/**
 * The text that a policy may have: UTF-8, not empty, at most `LIMITS.policyLengthMax` bytes, so that
 * it fits into an entry with all its approvals, and nothing in it that nobody sees: what is signed is
 * what was read. Whether it is a policy in its language is not asked here.
 *
 * Fault: `POLICY_INVALID`, with the reason.
 */
export function readPolicyText(bytes: Uint8Array): Verdict<string, 'POLICY_INVALID'> {
  const bytesMax = LIMITS.policyLengthMax
  if (bytes.length > bytesMax) return invalid('it is too large', { bytes: bytes.length, bytesMax })
  const text = fromUtf8(bytes)
  if (text === undefined) return invalid('it is not UTF-8')
  if (text.trim() === '') return invalid('it is empty')
  const invisible = findInvisible(text, '\n\t')
  if (invisible !== undefined) return invalid('it has a character that nobody sees', invisible)
  return accept(text)
}

/** As {@link readPolicyText}, of text that a program has given. */
export function judgePolicyText(text: string): Verdict<string, 'POLICY_INVALID'> {
  return text.isWellFormed() ? readPolicyText(utf8(text)) : invalid('it is not UTF-8')
}

export interface PolicyChange {
  readonly linesAdded: number
  readonly linesRemoved: number
}

/** How many lines the one text has more than the other; their order does not count. */
export function comparePolicies(before: string, after: string): PolicyChange {
  const left = new Map<string, number>()
  for (const line of linesOf(before)) left.set(line, (left.get(line) ?? 0) + 1)
  let linesAdded = 0
  for (const line of linesOf(after)) {
    const count = left.get(line) ?? 0
    if (count === 0) linesAdded++
    else left.set(line, count - 1)
  }
  const linesRemoved = [...left.values()].reduce((sum, count) => sum + count, 0)
  return { linesAdded, linesRemoved }
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function invalid(reason: string, detail: object = {}): Refused<'POLICY_INVALID'> {
  return refuse('POLICY_INVALID', { reason, ...detail })
}
