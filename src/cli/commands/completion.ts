import { completionScript, isShell, SHELLS } from '../completion-script.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import type { Report } from '../output.ts'
import { COMMAND_GROUPS } from '../tree/index.ts'
import { GLOBAL_OPTIONS } from '../tree/options.ts'
import { usageError } from '../usage-error.ts'

export async function run(_context: Context, input: Input): Promise<Report> {
  const shell = input.argument('shell')
  if (!isShell(shell)) throw usageError(`the shell is one of ${SHELLS.join(', ')}`)
  const script = completionScript(shell, COMMAND_GROUPS, GLOBAL_OPTIONS)
  return { json: { shell, script }, text: () => [script], quiet: [script] }
}
