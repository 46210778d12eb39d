import { settingText, viewConfig } from '../config-view.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { printable, type Report, table } from '../output.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const { isRunning, ...view } = await viewConfig(context)
  const isShown = input.isSet('all')
  const shown = view.settings.filter(({ origin }) => isShown || origin !== 'default')
  const others = view.settings.length - shown.length
  return {
    json: view,
    text: (paint) => [
      `the settings ${isRunning ? 'that the node goes by' : 'for the next start'}, of ${view.file}`,
      ...table(
        paint,
        ['SETTING', 'VALUE', 'FROM'],
        shown.map((setting) => [
          setting.name,
          printable(settingText(setting)),
          setting.origin === 'environment' ? setting.variable : setting.origin
        ]),
        'all have their default'
      ),
      ...(others === 0 || shown.length === 0
        ? []
        : [paint('dim', `… ${others} with their default (--all)`)])
    ],
    quiet: shown.map(({ name }) => name),
    next: 'peerage config set SETTING VALUE'
  }
}
