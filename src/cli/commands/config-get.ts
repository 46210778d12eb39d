import { unknownSetting } from '../../config/load.ts'
import { PeerageError } from '../../errors.ts'
import { settingText, viewConfig } from '../config-view.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { printable, type Report } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const name = input.argument('setting')
  const { settings } = await viewConfig(context)
  const setting = settings.find((candidate) => candidate.name === name)
  if (setting === undefined) throw new PeerageError('NOT_FOUND', { reason: unknownSetting(name) })
  const lines = [printable(settingText(setting))]
  return { json: setting, text: () => lines, quiet: lines }
}
