import { INSIDER_SCENARIOS } from '../../testnet/insider-scenarios.ts'
import { LOAD_SCENARIOS } from '../../testnet/load-scenarios.ts'
import { alignedFacts, type Report } from '../output.ts'

export async function run(): Promise<Report> {
  const items = [...LOAD_SCENARIOS, ...INSIDER_SCENARIOS].map(
    ({ name, title, attack, defenses }) => ({ name, title, attack, defenses })
  )
  return {
    json: { items },
    text: () => alignedFacts(items.map(({ name, attack }) => [name, attack])),
    quiet: items.map(({ name }) => name),
    next: 'peerage testnet run silent'
  }
}
