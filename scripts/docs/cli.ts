import type { CommandSpec, OptionSpec } from '../../src/cli/command.ts'
import { usage } from '../../src/cli/help-text.ts'
import { COMMAND_GROUPS } from '../../src/cli/tree/index.ts'
import { GLOBAL_OPTIONS } from '../../src/cli/tree/options.ts'
import { EXIT } from '../../src/errors.ts'

/** What each exit code says. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done',
  failure: 'failed',
  usage: 'the command line is not valid',
  unreachable: 'no daemon answers',
  denied: 'refused',
  notFound: 'there is no such thing',
  conflict: 'in conflict with what exists, or stale',
  verification: 'a verification failed',
  timeout: 'no answer in time',
  partial: 'applied in part'
}

/** The reference of the command line as Markdown, made from the tree that the program runs. */
export function renderCliReference(): string {
  return `${[
    '# Command line',
    'Made by `npm run docs` from `src/cli/tree/`.',
    'A secret (an invite, a passphrase) is never an argument: it comes from a file, a descriptor, standard input or the terminal.',
    'Durations are written like `90s`, `15m`, `1h`, `30d`.',
    '## Options of every command',
    optionTable(GLOBAL_OPTIONS),
    'With `--json` a failure is `{ "error": { "code", "message", "layer", "hint", "retryable", "details" } }` on standard output; the exit code is the same.',
    '## Exit codes',
    exitTable(),
    ...COMMAND_GROUPS.flatMap((group) => [
      `## ${group.title}`,
      ...group.commands.flatMap(commandSection)
    ])
  ].join('\n\n')}\n`
}

function commandSection(spec: CommandSpec): string[] {
  const { aliases = [], arguments: words = [], options = [], method } = spec
  const noun = spec.name.split(' ')[0]
  return [
    `### ${spec.name}`,
    `${capital(spec.summary)}.`,
    `\`\`\`console\n$ ${usage(spec)}\n\`\`\``,
    ...(words.length === 0
      ? []
      : [
          table(
            ['argument', 'meaning'],
            words.map((word) => [`\`${word.name.toUpperCase()}\``, word.summary])
          )
        ]),
    ...(options.length === 0 ? [] : [optionTable(options)]),
    ...(aliases.length === 0
      ? []
      : [`Also: ${aliases.map((alias) => `\`${noun} ${alias}\``).join(', ')}.`]),
    ...(method === undefined ? [] : [`Method of the control socket: \`${method}\`.`]),
    `For example: ${spec.examples.map((example) => `\`${example}\``).join(', ')}`
  ]
}

function optionTable(options: readonly OptionSpec[]): string {
  return table(
    ['option', 'meaning'],
    options.map((option) => [
      `\`${option.flags}\``,
      `${option.summary}${option.required === true ? ' (required)' : ''}${option.repeat === true ? ' (may be repeated)' : ''}`
    ])
  )
}

function exitTable(): string {
  return table(
    ['code', 'meaning'],
    Object.entries(EXIT).map(([name, code]) => [
      String(code),
      EXIT_MEANINGS[name as keyof typeof EXIT]
    ])
  )
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heading, heading.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`).join('\n')
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
