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
import { WATCH } from './watch.ts'

/** What only this node keeps: one line of the overview, which fits a screen of 12. */
const LOCAL: CommandGroup = {
  title: 'Local',
  commands: [...CONFIG, ...BACKUP, ...AUDIT.commands, ...TOKENS.commands]
}

/** Every command, in the order of the overview. Program, help, completion and docs read this. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  BEGIN,
  { ...RUN, commands: [...RUN.commands, RELOAD, ...WATCH] },
  NETWORK,
  { ...PEERS, commands: [...PEERS.commands, ...REPUTATION] },
  TRUST,
  AUTHORITY,
  RECORDS,
  LOCAL,
  { ...MORE, commands: [...TESTNET.commands, ...MORE.commands] }
]
