import type { CommandSpec } from '../command.ts'

const SETTING = { name: 'setting', summary: 'like log_level; config show --all lists them' }

/** The settings of a node: in its home, and in force while it runs. */
export const CONFIG: readonly CommandSpec[] = [
  {
    name: 'config show',
    summary: 'show the settings and what has given each',
    options: [{ flags: '--all', summary: 'also those that have their default' }],
    examples: ['peerage config show'],
    method: 'config.show',
    load: () => import('../commands/config-show.ts')
  },
  {
    name: 'config check',
    summary: 'say whether a node would start with these settings',
    arguments: [
      { name: 'file', summary: 'else the one of the home, and the environment', optional: true }
    ],
    examples: ['peerage config check', 'peerage config check new.toml'],
    load: () => import('../commands/config-check.ts')
  },
  {
    name: 'config get',
    summary: 'print the value of a setting',
    arguments: [SETTING],
    examples: ['peerage config get log_level'],
    load: () => import('../commands/config-get.ts')
  },
  {
    name: 'config set',
    summary: 'write a setting into the file of the home',
    arguments: [SETTING, { name: 'value', summary: 'a list with commas' }],
    examples: ['peerage config set log_level debug'],
    load: () => import('../commands/config-set.ts')
  },
  {
    name: 'config unset',
    summary: 'take a setting out of the file of the home: its default holds again',
    arguments: [SETTING],
    examples: ['peerage config unset log_level'],
    load: () => import('../commands/config-unset.ts')
  },
  {
    name: 'config path',
    summary: 'print where the settings are',
    examples: ['peerage config path'],
    load: () => import('../commands/config-path.ts')
  }
]

export const RELOAD: CommandSpec = {
  name: 'reload',
  summary: 'apply what has changed in the settings, as far as a running node can',
  examples: ['peerage reload'],
  method: 'node.reload',
  load: () => import('../commands/reload.ts')
}
