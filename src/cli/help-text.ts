import type { ArgumentSpec, CommandGroup, CommandSpec, OptionSpec } from './command.ts'

/** All commands on one screen: a line for each group, verbs of one noun together. */
export function overview(
  groups: readonly CommandGroup[],
  globals: readonly OptionSpec[]
): string[] {
  return [
    'peerage — a node of a certified peer-to-peer network',
    ...groups.map((group) => `  ${group.title.padEnd(8)}  ${nouns(group).join(' · ')}`),
    `  Always    ${globals.map((option) => option.flags).join(' ')}`,
    'next: peerage help COMMAND, or begin with: peerage start'
  ]
}

/** One command: how to type it, what its words mean, an example. At most 12 lines. */
export function commandHelp(spec: CommandSpec): string[] {
  const options = spec.options ?? []
  const usual = options.filter(({ isUsual }) => isUsual === true).map(({ flags }) => flags)
  const rows = [
    ...(spec.arguments ?? [])
      .filter(({ summary }) => summary !== '')
      .map((argument) => [argumentText(argument), argument.summary] as const),
    ...options
      .filter(({ isUsual }) => isUsual !== true)
      .map((option) => [option.flags, `${option.summary}${optionNote(option)}`] as const),
    ...(usual.length === 0 ? [] : [['as usual', usual.join('  ')] as const])
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return [
    `${usage(spec)}: ${spec.summary}`,
    ...rows.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`),
    ...spec.examples.map((example) => `example: ${example}`)
  ]
}

/** The verbs of one noun. */
export function nounHelp(noun: string, specs: readonly CommandSpec[]): string[] {
  const width = Math.max(...specs.map((spec) => spec.name.length))
  return [
    ...specs.map((spec) => `  peerage ${spec.name.padEnd(width)}  ${spec.summary}`),
    `next: peerage help ${noun} ${verbOf(specs[0])}`
  ]
}

/** `peerage record get KIND NAME [options]` */
export function usage(spec: CommandSpec): string {
  const options = spec.options ?? []
  return [
    'peerage',
    spec.name,
    ...(spec.arguments ?? []).map(argumentText),
    ...options.filter((option) => option.required).map((option) => option.flags),
    ...(options.some((option) => option.required !== true) ? ['[options]'] : [])
  ].join(' ')
}

function nouns(group: CommandGroup): string[] {
  const verbs = new Map<string, string[]>()
  for (const { name } of group.commands) {
    const [noun = name, verb] = name.split(' ')
    verbs.set(noun, [...(verbs.get(noun) ?? []), ...(verb === undefined ? [] : [verb])])
  }
  return [...verbs].map(([noun, list]) => (list.length === 0 ? noun : `${noun} ${list.join('|')}`))
}

function argumentText(argument: ArgumentSpec): string {
  const name = `${argument.rest === true ? '-- ' : ''}${argument.name.toUpperCase()}${argument.rest === true ? '…' : ''}`
  return argument.optional === true ? `[${name}]` : name
}

function optionNote(option: OptionSpec): string {
  if (option.required === true) return ' (required)'
  return option.repeat === true ? ' (may be repeated)' : ''
}

function verbOf(spec: CommandSpec | undefined): string {
  return spec?.name.split(' ')[1] ?? ''
}
