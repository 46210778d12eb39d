import type { CommandSpec, OptionSpec } from '../command.ts'

const FILE_PASSPHRASE: readonly OptionSpec[] = [
  { flags: '--passphrase-file FILE', summary: 'read the passphrase of the backup from a file' },
  { flags: '--passphrase-fd N', summary: 'or from an open descriptor' },
  { flags: '--ask-passphrase', summary: 'ask for it on the terminal' }
]

/** A home as one file. */
export const BACKUP: readonly CommandSpec[] = [
  {
    name: 'backup',
    summary: 'write this home into one encrypted file, also while the node runs',
    arguments: [{ name: 'file', summary: 'a new file (mode 0600)' }],
    options: FILE_PASSPHRASE,
    examples: ['peerage backup hq.backup'],
    load: () => import('../commands/backup.ts')
  },
  {
    name: 'restore',
    summary: 'make this empty home what it was when the backup was made',
    arguments: [{ name: 'file', summary: 'what peerage backup wrote' }],
    options: [
      ...FILE_PASSPHRASE,
      { flags: '--latest', summary: 'nothing was signed since: the authority key need not wait' }
    ],
    examples: ['peerage restore hq.backup', 'peerage restore hq.backup --latest'],
    load: () => import('../commands/restore.ts')
  }
]
