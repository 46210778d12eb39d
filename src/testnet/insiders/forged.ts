import { campaign, forgeries, type InsiderAttack } from './campaign.ts'

/** Stores the record of somebody else with other content, again and again. */
export const forged: InsiderAttack = async (init) => {
  const [home = ''] = init.homes
  const { deeds, successes, refused } = await campaign(home, init, forgeries(init))
  return { forgeries: deeds, stored: successes, refused }
}
