import { TestnetFolder } from '../testnet/testnet-folder.ts'
import type { Input } from './input.ts'

/** The testnet that `--name` names, whether it exists or not. Throws `INVALID_ARGUMENT`. */
export function testnetOf(input: Input): TestnetFolder {
  return new TestnetFolder(input.text('name') ?? 'default')
}
