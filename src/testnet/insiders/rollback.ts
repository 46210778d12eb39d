import type { NodeId } from '../../identity/node-id.ts'
import { RECORD } from '../../protocols/record/messages.ts'
import type { Member } from '../member.ts'
import { campaign, type InsiderAttack, type Prey, store, type Target } from './campaign.ts'

/** Stores what somebody else has signed and replaced since: everything about it is genuine. */
export const rollback: InsiderAttack = async (init) => {
  const [home = ''] = init.homes
  const older = new Map<NodeId, Uint8Array>()
  const done = await campaign(home, init, async (member, target) => {
    const record = older.get(target.nodeId) ?? (await versionBefore(member, target, init.prey))
    if (record === undefined) return false
    older.set(target.nodeId, record)
    return (await store(member, target, record)).ok
  })
  return { rollbacks: done.deeds, older: older.size, stored: done.successes, refused: done.refused }
}

async function versionBefore(
  { overlay }: Member,
  target: Target,
  { kind, owner, name }: Prey
): Promise<Uint8Array | undefined> {
  const answer = await overlay.call(target.nodeId, RECORD, { ask: 'history', kind, owner, name })
  return answer.ok && answer.value.ask === 'history' ? answer.value.records.at(-1) : undefined
}
