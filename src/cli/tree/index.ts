import type { CommandGroup } from '../command.ts'
import { AUDIT } from './audit.ts'
import { AUTHORITY } from './authority.ts'
import { BACKUP } from './backup.ts'
import { CONFIG, RELOAD } from './config.ts'
import { BEGIN, MORE, RUN } from './lifecycle.ts'
import { NETWORK, PEERS, TRUST } from './network.ts'
import { RECORDS } from './records.ts'
import { REPUTATION } from './reputation.ts'
import { TESTNET } from './testnet.ts'
import { TOKENS } from './tokens.ts'
import { TRUST_HEALTH } from './trust-health.ts'
import { BUGREPORT, WATCH } from './watch.ts'

/** Every command, in the order of the overview. Program, help, completion and docs read this. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  // Each is one line of the overview, which fits a screen of 12 lines and 120 columns.
  { ...NETWORK, commands: [...BEGIN.commands, ...NETWORK.commands] },
  { ...RUN, commands: [...RUN.commands, RELOAD, ...BACKUP, ...CONFIG] },
  { title: 'Watch', commands: [...WATCH, ...TRUST_HEALTH] },
  { ...PEERS, commands: [...PEERS.commands, ...REPUTATION] },
  TRUST,
  AUTHORITY,
  RECORDS,
  { title: 'Local', commands: [...AUDIT.commands, ...TOKENS.commands, BUGREPORT] },
  { ...MORE, commands: [...TESTNET.commands, ...MORE.commands] }
]
