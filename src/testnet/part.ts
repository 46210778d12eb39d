import { PeerageError, toPeerageError } from '../errors.ts'
import type { AttackInit } from './attackers/attack.ts'
import { type AttackName, attack } from './attackers/index.ts'
import type { InsiderInit } from './insiders/campaign.ts'
import { type InsiderName, insiderAttack } from './insiders/index.ts'
import { startVictim, type VictimInit } from './victim.ts'
import { type VisitInit, visit } from './visitor.ts'

/** What the process that plays a scenario asks of the processes beside it. */
export type Question =
  | { readonly ask: 'start'; readonly init: VictimInit }
  | { readonly ask: 'look' }
  | { readonly ask: 'visit'; readonly init: VisitInit }
  | { readonly ask: 'insider'; readonly name: InsiderName; readonly init: InsiderInit }
  | { readonly ask: 'attack'; readonly name: AttackName; readonly init: AttackInit }

export interface Reply {
  readonly answer?: unknown
  readonly fault?: string
}

/**
 * Plays one part of a scenario: the victim, an honest member or an attacker, in a process of its
 * own, until the process that asks goes away. Throws `USAGE` where nobody asks: what a part is told
 * comes over a channel that only `testnet run` opens.
 */
export async function playPart(): Promise<void> {
  if (process.send === undefined) {
    throw new PeerageError('USAGE', { reason: 'this is a part of: peerage testnet run' })
  }
  let victim: Awaited<ReturnType<typeof startVictim>> | undefined
  const answer = async (question: Question): Promise<unknown> => {
    switch (question.ask) {
      case 'start':
        victim = await startVictim(question.init)
        return victim.ready
      case 'look':
        return victim?.look()
      case 'visit':
        return await visit(question.init)
      case 'insider':
        return await insiderAttack(question.name)(question.init)
      case 'attack':
        return await attack(question.name)(question.init)
    }
  }
  process.channel?.ref()
  process.on('message', (question: Question) => {
    answer(question).then(
      (value) => process.send?.({ answer: value }),
      (error: unknown) => process.send?.({ fault: describe(error) })
    )
  })
  await new Promise((resolve) => process.once('disconnect', resolve))
  await victim?.stop()
}

function describe(error: unknown): string {
  const { code, cause } = toPeerageError(error)
  return cause instanceof Error ? `${code}: ${cause.message}` : code
}
