import { LIMITS } from '../../limits.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { readInput } from '../input-file.ts'
import type { Report } from '../output.ts'
import { usageError } from '../usage-error.ts'

/** Calls any method; what it answers is printed as JSON in every form. */
export async function run(context: Context, input: Input): Promise<Report> {
  const result = await context.callAny(input.argument('method'), await paramsOf(context, input))
  return {
    json: result,
    text: () => [JSON.stringify(result, undefined, 2)],
    quiet: [JSON.stringify(result)]
  }
}

async function paramsOf(context: Context, input: Input): Promise<object> {
  const word = input.optionalArgument('params')
  if (word === undefined) return {}
  const text =
    word === '-'
      ? new TextDecoder().decode(await readInput(context.environment, '-', LIMITS.rpcFrameBytesMax))
      : word
  const params = parseJson(text)
  if (typeof params === 'object' && params !== null) return params
  throw usageError('the parameters are not a JSON object', 'Quote them like \'{"limit":5}\'')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Reported by the caller without the text: it may hold what nobody else should see.
    return undefined
  }
}
