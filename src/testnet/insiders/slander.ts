import { EVIDENCE } from '../../protocols/evidence/messages.ts'
import { encodeEvidence } from '../../records/evidence.ts'
import { altered, campaign, genuine, type InsiderAttack, type InsiderInit } from './campaign.ts'

/** Colluders accuse an honest node of two contents under one version; it has signed one of them. */
export const slander: InsiderAttack = async (init) => {
  const told = await Promise.all(init.homes.map((home) => accuse(home, init)))
  const sum = (of: 'deeds' | 'successes' | 'refused') =>
    told.reduce((total, each) => total + each[of], 0)
  return { reports: sum('deeds'), believed: sum('successes'), refused: sum('refused') }
}

async function accuse(home: string, init: InsiderInit) {
  const { prey } = init
  const targets = init.targets.filter(({ nodeId }) => nodeId !== prey.nodeId)
  return await campaign(home, { ...init, targets }, async (member, target) => {
    const record = await genuine(member, target, prey)
    const report = encodeEvidence('RECORD_EQUIVOCATION', [record, altered(record, prey)])
    const { overlay } = member
    return (await overlay.call(target.nodeId, EVIDENCE, { ask: 'take', report })).ok
  })
}
