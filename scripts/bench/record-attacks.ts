import { utf8 } from '../../src/encoding/bytes.ts'
import { attackRecords } from '../../test/support/record-attacks.ts'
import { type Bench, compare } from './measure.ts'
import { createStockNode } from './stock-dht-nodes.ts'

const ATTACKS = 100_000
/** Each is a real put over the network. */
const STOCK_ATTACKS = 20

/** Hostile stores and answers against the handlers of records; rollbacks against stock kad-dht. */
export const bench: Bench = async () => {
  let round = 0
  const comparison = await compare({
    title: 'rollback, replay, substitution, foreign signature',
    rounds: 2,
    subjects: [
      {
        name: 'peerage',
        // The discarded round is a short one.
        run: async () => ({ ...(await attackRecords(round++ === 0 ? 100 : ATTACKS, 'attacks')) })
      },
      { name: 'kad-dht', run: () => rollBackStock() }
    ],
    goals: [
      { subject: 'peerage', figure: 'accepted', atMost: 0 },
      { subject: 'kad-dht', figure: 'accepted', atLeast: 1 }
    ]
  })
  return [comparison]
}

/**
 * The validator accepts both versions and the selector prefers the newer, as kad-dht asks for it.
 * Counts how many keys are read with the older version after their author has gone.
 */
export async function rollBackStock(attacks = STOCK_ATTACKS) {
  const author = await createStockNode()
  const holder = await createStockNode()
  const attacker = await createStockNode()
  const reader = await createStockNode()
  try {
    const addresses = holder.getMultiaddrs()
    const keys = Array.from({ length: attacks }, (_, i) => utf8(`/bench/rollback-${i}`))
    await author.dial(addresses)
    for (const key of keys) await author.contentRouting.put(key, Uint8Array.of(2))
    await attacker.dial(addresses)
    for (const key of keys) await attacker.contentRouting.put(key, Uint8Array.of(1))
    await author.stop()
    await reader.dial(addresses)
    let accepted = 0
    for (const key of keys) {
      const [version] = await reader.contentRouting.get(key)
      if (version === 1) accepted++
    }
    return { attacks, accepted }
  } finally {
    await Promise.all([author, holder, attacker, reader].map((node) => node.stop()))
  }
}
