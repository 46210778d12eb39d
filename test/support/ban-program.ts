/** Bans a member in the database of the first argument, says so, and waits for its end. */
import { argv, stdout } from 'node:process'
import { createLedger } from '../../src/reputation/ledger.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createReputationStore } from '../../src/storage/reputation-store.ts'
import { MAJOR, START, times } from './reputation-cases.ts'

const ledger = createLedger({
  store: createReputationStore(openDatabase(argv[2] ?? '')),
  clock: { now: () => START },
  membersCount: () => 9,
  isExempt: () => false,
  onChange: ({ to }) => stdout.write(`${to}\n`),
  onBrake: () => {}
})
times(5, () => ledger.apply('mallory', MAJOR))
// Nothing is closed or saved: the process ends when it is killed.
setInterval(() => {}, 1000)
