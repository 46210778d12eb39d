import { withSetting } from '../../config/edit.ts'
import { readValue } from '../../config/environment.ts'
import { readConfigText } from '../../config/file.ts'
import { parseConfig, unknownSetting } from '../../config/load.ts'
import { formatConfig, listSettings } from '../../config/settings.ts'
import { PeerageError } from '../../errors.ts'
import { replaceFile } from '../../storage/synced-file.ts'
import { configPath } from '../config-view.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const name = input.argument('setting')
  const setting = listSettings().find((candidate) => candidate.name === name)
  if (setting === undefined) throw new PeerageError('NOT_FOUND', { reason: unknownSetting(name) })
  const value = readValue(name, input.argument('value'))
  const file = configPath(context)
  const text = withSetting(readConfigText(file) ?? formatConfig({}), name, value)
  // Nothing is written that the next start would refuse.
  parseConfig(text)
  await replaceFile(file, text)
  const { isReloaded } = setting
  return {
    json: { name, value, file, reload: isReloaded },
    text: (paint) =>
      done(paint, `${name} is set`, [
        ['file', file],
        ['takes effect', isReloaded ? 'with peerage reload' : 'at the next start']
      ]),
    next: isReloaded ? 'peerage reload' : 'peerage down, then peerage up'
  }
}
