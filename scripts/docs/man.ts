import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandSpec, OptionSpec } from '../../src/cli/command.ts'
import { usage } from '../../src/cli/help-text.ts'
import { COMMAND_GROUPS } from '../../src/cli/tree/index.ts'
import { GLOBAL_OPTIONS } from '../../src/cli/tree/options.ts'
import { listSettings } from '../../src/config/settings.ts'
import { EXIT } from '../../src/errors.ts'
import { EXIT_MEANINGS } from './cli.ts'

const MANIFEST = join(import.meta.dirname, '../../package.json')
const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string }

const VARIABLES = [
  ['PEERAGE_HOME', 'the home, where --home is not given; else ~/.peerage'],
  ['PEERAGE_SOCKET', 'another control socket than that of the home'],
  ['PEERAGE_LOG_LEVEL and the like', 'settings, see peerage.toml(5)'],
  ['NO_COLOR', 'print without color']
] as const

const FILES = [
  ['peerage.toml', 'settings, see peerage.toml(5)'],
  ['state.db', 'trust log, records, journal'],
  ['*.key', 'private keys, mode 0600, encrypted where a passphrase was given'],
  ['control.sock, observe.sock', 'JSON-RPC 2.0, one message a line'],
  ['peerage.log, peerage.log.1', 'what the node has logged']
] as const

/** `peerage(1)`: every command of the tree that the program runs. */
export function renderManual(): string {
  return page('PEERAGE', 1, [
    section('NAME', 'peerage \\- a node of a certified peer-to-peer network'),
    section('SYNOPSIS', '.B peerage\n.I NOUN VERB\n.RI [ options ]'),
    section(
      'DESCRIPTION',
      text(
        'A node joins a private network in which everybody has a certificate, refuses all others within the handshake, and keeps signed records. It is run by peerage up; every other command talks to it over the socket in its home, or works on the home itself.'
      ),
      '.PP',
      text(
        'A secret is never an argument: it comes from a file, a descriptor, standard input or the terminal. Durations are written like 90s, 15m, 1h or 30d.'
      )
    ),
    section('OPTIONS OF EVERY COMMAND', ...GLOBAL_OPTIONS.map(option)),
    ...COMMAND_GROUPS.map(({ title, commands }) =>
      section(`COMMANDS: ${title.toUpperCase()}`, ...commands.map(command))
    ),
    section(
      'EXIT STATUS',
      ...Object.entries(EXIT).map(([name, code]) =>
        item(String(code), EXIT_MEANINGS[name as keyof typeof EXIT])
      )
    ),
    section('ENVIRONMENT', ...VARIABLES.map(([name, meaning]) => item(name, meaning))),
    section('FILES', text('In the home:'), ...FILES.map(([name, what]) => item(name, what))),
    section('SEE ALSO', '.BR peerage.toml (5)')
  ])
}

/** `peerage.toml(5)`: every setting of the schema. */
export function renderSettingsManual(): string {
  return page('PEERAGE.TOML', 5, [
    section('NAME', 'peerage.toml \\- settings of a Peerage node'),
    section(
      'DESCRIPTION',
      text(
        'The file lies in the home of a node. A setting has the value that the command line gives; else that of its variable in the environment, like PEERAGE_LOG_LEVEL for log_level; else that of this file; else its default. peerage config show says which, peerage config set writes one, and peerage reload applies those that are marked.'
      )
    ),
    section(
      'SETTINGS',
      ...listSettings().map(({ name, description, line, default: preset, isReloaded }) =>
        [
          item(name, `${description}${isReloaded ? ' Applied by peerage reload.' : ''}`),
          '.RS',
          text(`${preset === undefined ? 'Off by default; for example' : 'Default'}: ${line}`),
          '.RE'
        ].join('\n')
      )
    ),
    section('SEE ALSO', '.BR peerage (1)')
  ])
}

function page(name: string, number: number, sections: readonly string[]): string {
  const head = `.\\" Made by npm run docs.\n.TH ${name} ${number} "" "peerage ${version}" "Peerage"`
  return `${[head, '.nh', ...sections].join('\n')}\n`
}

function section(title: string, ...parts: readonly string[]): string {
  return [`.SH "${title}"`, ...parts].join('\n')
}

function command(spec: CommandSpec): string {
  const { arguments: words = [], options = [], examples } = spec
  return [
    '.TP',
    `.B ${text(usage(spec))}`,
    text(`${spec.summary}.`),
    '.RS',
    ...words
      .filter(({ summary }) => summary !== '')
      .map(({ name, summary }) => item(name.toUpperCase(), summary)),
    ...options.map(option),
    '.PP',
    text(`For example: ${examples.join(', or: ')}`),
    '.RE'
  ].join('\n')
}

function option({ flags, summary }: OptionSpec): string {
  return item(flags, summary)
}

function item(name: string, meaning: string): string {
  return `.TP\n.B ${text(name)}\n${text(meaning)}`
}

/** A line that begins with a dot or an apostrophe would be a request, and a hyphen a dash. */
function text(line: string): string {
  return line
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replace(/^\./, '\\&.')
    .replace(/[^\x20-\x7e]/gu, (character) => {
      const code = character.codePointAt(0) ?? 0
      return `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`
    })
}
