import * as z from 'zod'
import { configSchema } from '../../src/config/schema.ts'
import { formatConfig, listSettings } from '../../src/config/settings.ts'
import { type JsonSchema, renderBounds, renderShape } from './shape.ts'
import { table } from './table.ts'

/** The reference of the settings as Markdown, made from the one schema that the program uses. */
export function renderConfiguration(): string {
  return `${[
    '# Configuration',
    'Made by `npm run docs` from `src/config/schema.ts`.',
    'A setting has the value that the command line gives; else that of its variable in the environment, like `PEERAGE_LOG_LEVEL` for `log_level`; else that of `peerage.toml` in the home; else its default. `peerage config show` says which. Variables write a list with commas; one that is set and empty is refused with `ENVIRONMENT_EMPTY`.',
    'A change takes effect at the next start, or at once with `peerage reload` (or SIGHUP, for a node without a terminal) where the table says so. `peerage config set` writes a setting and keeps the comments; `peerage config check` says whether a node would start.',
    'A node reads `peerage.toml` in its home when it starts. Every setting has a default, so the file may be missing or empty; a setting that does not exist, or a value out of its bounds, is refused with `CONFIG_INVALID`, and all faults are listed together. The file is TOML 1.0, at most [`configBytesMax`](limits.md) long.',
    table(
      ['setting', 'type', 'default', 'bounds', 'reload', 'what it does'],
      listSettings().map(({ name, description, default: preset, isReloaded }) => {
        const { default: _, ...schema } = schemaOf(name)
        const shown = preset === undefined ? 'off' : `\`${JSON.stringify(preset)}\``
        return [
          `\`${name}\``,
          `\`${renderShape(schema)}\``,
          shown,
          renderBounds(schema),
          isReloaded ? 'yes' : 'no',
          description
        ]
      })
    ),
    'The file that `peerage network create` and `peerage join` write, with what was given on the command line in place of the comments:',
    `\`\`\`toml\n${formatConfig({})}\`\`\``
  ].join('\n\n')}\n`
}

function schemaOf(name: string): JsonSchema {
  const { properties = {} } = z.toJSONSchema(configSchema, { io: 'input' })
  return properties[name] as JsonSchema
}

/** `config/peerage.example.toml`: every setting, as a node without any writes it. */
export function renderExample(): string {
  return formatConfig({})
}
