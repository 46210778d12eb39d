import * as z from 'zod'
import { decodeCbor } from '../encoding/cbor.ts'
import { accept, refuse } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import type { Defense } from '../overlay/defense.ts'
import { type OpenReport, reportId } from '../protocols/evidence/index.ts'
import { openRecord } from '../records/record.ts'
import type { supersedeRecord } from '../records/supersede.ts'
import {
  NO_STANDINGS,
  type StandingSubject,
  type StandingView
} from '../reputation/standing-view.ts'

/** What the control of an attack runs with in the place of a rule (src/testnet/); nothing else does. */
export function weakenStandings(view: StandingView, without: ReadonlySet<Defense>): StandingView {
  if (without.has('standing')) return NO_STANDINGS
  return without.has('member-score') ? byNode(view) : view
}

/** Whoever has a new key is somebody else. */
function byNode(view: StandingView): StandingView {
  const asMember = ({ nodeId }: StandingSubject) => ({ nodeId, member: nodeId })
  return {
    banLeftMs: (subject) => view.banLeftMs(asMember(subject)),
    consequences: (subject) => view.consequences(asMember(subject)),
    preference: (subject) => view.preference(asMember(subject)),
    isOnProbation: (subject) => view.isOnProbation(asMember(subject))
  }
}

/** Whatever comes last is what there is. */
export const takeAnyVersion: typeof supersedeRecord = () => accept('newer')

const claimSchema = z.object({ parts: z.array(z.instanceof(Uint8Array)) })

/** Takes the word of whoever brings a report: the accused is whoever signed any part of it. */
export const believeReport: OpenReport = (bytes, network) => {
  const claim = decodeCbor(bytes, claimSchema, LIMITS.recordEvidenceBytesMax)
  if (!claim.ok) return refuse('EVIDENCE_INVALID')
  const { parts } = claim.value
  for (const part of parts) {
    const record = openRecord(part, network)
    if (!record.ok) continue
    const nodeId = record.value.signer
    return accept({ code: 'RECORD_EQUIVOCATION', nodeId, parts, bytes, id: reportId(bytes) })
  }
  return refuse('EVIDENCE_INVALID')
}
