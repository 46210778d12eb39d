import { readConfigText } from '../../config/file.ts'
import { resolveConfig } from '../../config/load.ts'
import { fromUtf8 } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import { configPath } from '../config-view.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { readInput } from '../input-file.ts'
import { count, done, type Report } from '../output.ts'

/** A file that was named is judged by itself; the one of the home with the environment, as a start does. */
export async function run(context: Context, input: Input): Promise<Report> {
  const { environment } = context
  const named = input.optionalArgument('file')
  const file = named ?? configPath(context)
  const resolved =
    named === undefined
      ? resolveConfig({ text: readConfigText(file) ?? '', variables: environment.variables })
      : resolveConfig({ text: await readText(context, named) })
  const given = Object.values(resolved.origins).filter((origin) => origin !== 'default').length
  return {
    json: { valid: true, file, given, settings: resolved.config },
    text: (paint) => done(paint, `valid: ${count(given, 'setting')} given, the others default`),
    ...(named === undefined ? { next: 'peerage config show' } : {})
  }
}

async function readText({ environment }: Context, name: string): Promise<string> {
  const text = fromUtf8(await readInput(environment, name, LIMITS.configBytesMax))
  if (text !== undefined) return text
  throw new PeerageError('CONFIG_INVALID', { reason: 'the file is not text', path: name })
}
