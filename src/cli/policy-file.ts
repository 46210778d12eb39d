import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { readPolicyText } from '../trust/policy-text.ts'
import type { Context } from './context.ts'
import { readInput } from './input-file.ts'

/** The policy text in a file. Throws `INVALID_ARGUMENT` where there is none, `POLICY_INVALID`. */
export async function readPolicy(context: Context, name: string): Promise<string> {
  const bytes = await readInput(context.environment, name, LIMITS.carriedFileBytesMax)
  const text = readPolicyText(bytes)
  if (text.ok) return text.value
  throw new PeerageError(text.fault, { file: name, ...text.detail })
}
