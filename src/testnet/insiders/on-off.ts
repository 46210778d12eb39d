import { campaign, forgeries, type InsiderAttack } from './campaign.ts'

/** Fewer than ban: what is forgotten between two visits never adds up. */
const BURST = 3

/** Misbehaves a little, leaves, comes back as if nothing had been, and does it again. */
export const onOff: InsiderAttack = async (init) => {
  const [home = ''] = init.homes
  const forge = forgeries(init)
  const { deeds, refused } = await campaign(home, init, async (member, target, round) => {
    const stored = await forge(member, target, round)
    if (round % BURST === BURST - 1) await member.overlay.disconnect(target.nodeId, 'DISCONNECTED')
    return stored
  })
  return { forgeries: deeds, refused }
}
