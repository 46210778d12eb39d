import type { CommandGroup, OptionSpec } from './command.ts'
import { optionName, optionValue } from './input.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

export function isShell(text: string): text is Shell {
  return SHELLS.some((shell) => shell === text)
}

/** What may follow the words typed so far, options aside: `peer` → `ls`, `show`, … */
interface Position {
  readonly path: string
  readonly words: readonly string[]
  /** Whether further words may follow, so that the options still apply. */
  readonly open: boolean
}

interface Vocabulary {
  readonly positions: readonly Position[]
  readonly globals: readonly string[]
  /** Options that take a value, by what the value is. */
  readonly directories: readonly string[]
  readonly files: readonly string[]
  readonly values: readonly string[]
}

/** The completion script of a shell, made from the tree: nothing is asked of a daemon. */
export function completionScript(
  shell: Shell,
  groups: readonly CommandGroup[],
  globals: readonly OptionSpec[]
): string {
  return WRITERS[shell](vocabularyOf(groups, globals))
}

const WRITERS = { bash: writeBash, zsh: writeZsh, fish: writeFish } as const

function vocabularyOf(groups: readonly CommandGroup[], globals: readonly OptionSpec[]): Vocabulary {
  const specs = groups.flatMap((group) => group.commands)
  const options = [...globals, ...specs.flatMap((spec) => spec.options ?? [])]
  const taking = (wanted: (value: string) => boolean) => [
    ...new Set(
      options.flatMap((option) => {
        const value = optionValue(option)
        return value !== undefined && wanted(value) ? [`--${optionName(option)}`] : []
      })
    )
  ]
  const nouns = Map.groupBy(specs, (spec) => spec.name.split(' ')[0] ?? '')
  const verbs = [...nouns].flatMap(([noun, list]) => {
    const words = list.flatMap((spec) => spec.name.split(' ').slice(1))
    return words.length === 0 ? [] : [{ path: noun, words, open: false }]
  })
  const leaves = specs.map((spec) => ({
    path: spec.name,
    words: (spec.options ?? []).map((option) => `--${optionName(option)}`),
    open: true
  }))
  return {
    positions: [{ path: '', words: [...nouns.keys()], open: false }, ...verbs, ...leaves],
    globals: globals.map((option) => `--${optionName(option)}`),
    directories: taking((value) => value === 'DIR'),
    files: taking((value) => value === 'FILE'),
    values: taking((value) => value !== 'DIR' && value !== 'FILE')
  }
}

function writeBash(vocabulary: Vocabulary): string {
  const { positions, globals, directories, files, values } = vocabulary
  return `# bash completion of peerage: source <(peerage completion bash)
_peerage() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local path='' word skip='' words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [ -n "$skip" ]; then skip=''; continue; fi
    case $word in
      ${[...directories, ...files, ...values].join('|')}) skip=1 ;;
      -*) ;;
      *) path="\${path:+$path }$word" ;;
    esac
  done
  case $before in
    ${directories.join('|')}) mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    ${files.join('|')}) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    ${values.join('|')}) return ;;
  esac
  case $path in
${positions.map((position) => `    ${shellPattern(position)}) words='${position.words.join(' ')}' ;;`).join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words ${globals.join(' ')}" -- "$current")
}
complete -o default -F _peerage peerage`
}

function writeZsh(vocabulary: Vocabulary): string {
  const { positions, globals, directories, files, values } = vocabulary
  return `#compdef peerage
# zsh completion of peerage: source <(peerage completion zsh)
_peerage() {
  local at='' word skip=''
  local -a choices
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $skip ]]; then skip=''; continue; fi
    case $word in
      (${[...directories, ...files, ...values].join('|')}) skip=1 ;;
      (-*) ;;
      (*) at="\${at:+$at }$word" ;;
    esac
  done
  case \${words[CURRENT-1]} in
    (${directories.join('|')}) _files -/; return ;;
    (${files.join('|')}) _files; return ;;
    (${values.join('|')}) return ;;
  esac
  case $at in
${positions.map((position) => `    (${shellPattern(position)}) choices=(${position.words.join(' ')}) ;;`).join('\n')}
  esac
  compadd -- $choices ${globals.join(' ')} || _files
}
compdef _peerage peerage`
}

function writeFish(vocabulary: Vocabulary): string {
  const { positions, globals, directories, files, values } = vocabulary
  return `# fish completion of peerage: peerage completion fish | source
function __peerage_at
  set -l path
  set -l skip
  for word in (commandline -opc)[2..]
    if test -n "$skip"
      set skip
      continue
    end
    switch $word
      case ${[...directories, ...files, ...values].join(' ')}
        set skip 1
      case '-*'
      case '*'
        set -a path $word
    end
  end
  string match -q -- $argv[1] "$path"
end
complete -c peerage -f
${positions.map((position) => `complete -c peerage -n "__peerage_at '${position.path}${position.open ? '*' : ''}'" -a '${position.words.join(' ')}'`).join('\n')}
complete -c peerage -a '${globals.join(' ')}'
${files.map((option) => `complete -c peerage -l ${option.slice(2)} -rF`).join('\n')}
${directories.map((option) => `complete -c peerage -l ${option.slice(2)} -xa '(__fish_complete_directories)'`).join('\n')}
${values.map((option) => `complete -c peerage -l ${option.slice(2)} -x`).join('\n')}`
}

/** Quoted, with a star outside the quotes where words may follow. */
function shellPattern({ path, open }: Position): string {
  return open ? `'${path}'|'${path} '*` : `'${path}'`
}
