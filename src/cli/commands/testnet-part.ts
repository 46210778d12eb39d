import { playPart } from '../../testnet/part.ts'

export async function run(): Promise<undefined> {
  await playPart()
}
