import { utf8 } from '../../encoding/bytes.ts'
import { sealRecord } from '../../records/record.ts'
import { systemClock } from '../../time/clock.ts'
import type { Member } from '../member.ts'
import { campaign, type InsiderAttack, store } from './campaign.ts'

const LIFETIME_MS = 3_600_000
/** A new record, so that no round meets what an earlier one has left. */
const name = (seed: string, round: number) => `two-faced-${seed}-${round}`

/** Signs two contents under one version: the first target gets both, the others only one. */
export const equivocation: InsiderAttack = async (init) => {
  const [home = ''] = init.homes
  const [first] = init.targets
  const storedAt = systemClock.now()
  const seal = ({ overlay, key, log }: Member, round: number, text: string) => {
    const owner = log.state.node(overlay.nodeId)?.member ?? ''
    return sealRecord(
      {
        ...{ network: log.network, kind: 'note', owner, name: name(init.seed, round), version: 1 },
        ...{ storedAt, lifetimeMs: LIFETIME_MS, form: 'plain', value: utf8(text) }
      },
      key
    )
  }
  const { deeds, successes, refused } = await campaign(
    home,
    init,
    async (member, target, round) => {
      const stored = await store(member, target, seal(member, round, 'yes'))
      if (target === first) await store(member, target, seal(member, round, 'no'))
      return stored.ok
    }
  )
  return { records: deeds, stored: successes, refused }
}
