import type { CommandGroup } from '../command.ts'
import { AUDIT } from './audit.ts'
import { BEGIN, MORE, RUN } from './lifecycle.ts'
import { NETWORK, PEERS, RECORDS, TRUST } from './network.ts'
import { TOKENS } from './tokens.ts'

/** Every command, in the order of the overview. Program, help, completion and docs read this. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  BEGIN,
  RUN,
  NETWORK,
  PEERS,
  TRUST,
  RECORDS,
  AUDIT,
  TOKENS,
  MORE
]
