import { campaign, forgeries, type InsiderAttack } from './campaign.ts'

/** Forges until it is banned, and goes on with another key of the same member. */
export const whitewash: InsiderAttack = async (init) => {
  const [home = '', another = ''] = init.homes
  const first = await campaign(home, init, forgeries(init))
  const second = await campaign(another, init, forgeries(init))
  return { forgeries: first.deeds, returned: second.deeds, refused: second.refused }
}
