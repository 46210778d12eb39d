import { withoutSetting } from '../../config/edit.ts'
import { readConfigText } from '../../config/file.ts'
import { parseConfig, unknownSetting } from '../../config/load.ts'
import { listSettings } from '../../config/settings.ts'
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
  const file = configPath(context)
  const before = readConfigText(file) ?? ''
  const text = withoutSetting(before, name, setting.line)
  const wasSet = text !== before
  if (wasSet) {
    // What is left may not hold together: two settings that depend on each other.
    parseConfig(text)
    await replaceFile(file, text)
  }
  const { isReloaded, default: preset } = setting
  return {
    json: { name, file, wasSet, default: preset ?? null, reload: isReloaded },
    text: (paint) =>
      done(paint, wasSet ? `${name} has its default again` : `${name} was not set in the file`, [
        ['default', preset === undefined ? 'off' : JSON.stringify(preset)],
        ['takes effect', isReloaded ? 'with peerage reload' : 'at the next start']
      ]),
    next: isReloaded ? 'peerage reload' : 'peerage down, then peerage up'
  }
}
