import type { OptionSpec } from '../command.ts'

/** Options that every command takes, at any position. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: '--home DIR', summary: 'the node to talk to (else PEERAGE_HOME, else ~/.peerage)' },
  { flags: '--json', summary: 'print one JSON object on one line' },
  { flags: '--quiet', summary: 'print the names or ids alone, no progress' },
  { flags: '--no-color', summary: 'print without color (also: NO_COLOR)' },
  { flags: '--timeout DUR', summary: 'how long to wait for an answer, like 90s or 5m' },
  { flags: '--token-file FILE', summary: 'do only what the token in the file allows' }
]

export const PAGE: readonly OptionSpec[] = [
  { flags: '--limit N', summary: 'at most so many items' },
  { flags: '--cursor C', summary: 'continue where an earlier list ended' }
]

export const REASON: OptionSpec = { flags: '--reason TEXT', summary: 'why, for the journal' }

export const KEY: OptionSpec = {
  flags: '--idempotency-key KEY',
  summary: 'repeat with the same key to get the first result again'
}

export const WAIT: OptionSpec = {
  flags: '--wait DUR',
  summary: 'how long to wait for the nodes that apply it (2s; 0s: not)'
}

export const DRY_RUN: OptionSpec = { flags: '--dry-run', summary: 'say what would happen only' }

/** Where a passphrase comes from; never from the command line itself. */
export const PASSPHRASE: readonly OptionSpec[] = [
  { flags: '--passphrase-file FILE', summary: 'read the passphrase of the keys from a file' },
  { flags: '--passphrase-fd N', summary: 'read it from an open descriptor' },
  { flags: '--ask-passphrase', summary: 'ask for it on the terminal' }
]

export const AUTHORITY_PASSPHRASE: OptionSpec = {
  flags: '--authority-passphrase-file FILE',
  summary: 'of the authority key, where it has its own'
}

export const LISTEN: OptionSpec = {
  flags: '--listen MULTIADDR',
  summary: 'where to accept members, like /ip4/0.0.0.0/tcp/4001',
  repeat: true
}

/** Where a new recovery code goes. */
export const RECOVERY_FILE: OptionSpec = {
  flags: '--recovery-out FILE',
  summary: 'write the recovery code there (else in the home); none: have no recovery'
}

/** Where a recovery code comes from; without either it is asked for. */
export const CODE: readonly OptionSpec[] = [
  { flags: '--code-file FILE', summary: 'read the recovery code from a file' },
  { flags: '--code-fd N', summary: 'or from an open descriptor' }
]

export const OFFLINE: OptionSpec = {
  flags: '--offline FILE',
  summary: 'write a request for authority sign instead, from any node'
}
