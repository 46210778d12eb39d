import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import type { Report } from '../output.ts'
import { parseCommandLine } from '../program.ts'
import { COMMAND_GROUPS } from '../tree/index.ts'

export async function run(_context: Context, input: Input): Promise<Report> {
  const noun = input.optionalArgument('noun')
  const verb = input.optionalArgument('verb')
  const words = [noun, verb].filter((word) => word !== undefined)
  const parsed = parseCommandLine(COMMAND_GROUPS, [...words, '--help'])
  const help = 'help' in parsed ? parsed.help : []
  return { json: { help }, text: () => help, quiet: help }
}
