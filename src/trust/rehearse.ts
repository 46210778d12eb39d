import { accept, type Refused, refuse, type Verdict } from '../encoding/verdict.ts'
import { PeerageError } from '../errors.ts'
import { publicKeyOf } from '../identity/node-id.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { ApprovedBy } from './approval.ts'
import { needsConsent } from './approvers.ts'
import { parseStatement, type SignedEntry, type Statement, type TrustEntry } from './entry.ts'
import { refusalOf } from './refusal.ts'
import type { TrustState } from './state.ts'
import type { TrustLog } from './trust-log.ts'

/**
 * Looks at the state as an entry would leave it, and writes nothing. `look` sees the changed state
 * and the unchanged log. Throws what `refusalOf` names for the rule that it would break.
 */
export function rehearse<T>(
  log: TrustLog,
  statement: Statement,
  { entry, look }: { readonly entry: () => Verdict<SignedEntry>; readonly look: () => T }
): T {
  const seen: { value: T }[] = []
  const rehearsed = log.state.attempt(() => {
    const signed = entry()
    if (!signed.ok) return signed
    const applied = log.state.apply(signed.value)
    if (!applied.ok) return applied
    seen.push({ value: look() })
    // An attempt that is refused leaves nothing behind: that is what makes this a rehearsal.
    return refuse('NOT_READY')
  })
  const [looked] = seen
  if (looked !== undefined) return looked.value
  const { code, detail } = refusalOf(rehearsed as Refused, statement)
  throw new PeerageError(code, detail)
}

/**
 * The entry that the authority would sign, where its key is not, with the consent of all who are
 * asked: never to be stored.
 */
export function unsignedEntry(
  log: TrustLog,
  statement: Statement,
  time: UnixMillis
): Verdict<SignedEntry> {
  const { network, size } = log
  const signer = log.state.signingKey
  if (signer === undefined) return refuse('TRUST_SIGNER_NOT_ENTITLED')
  const form = parseStatement(statement, network)
  if (!form.ok) return form
  const entry = { ...form.value, version: 1, network, index: size, time } as const
  const none = new Uint8Array()
  return accept({ entry, signer, approvers: assumed(log.state, entry), bytes: none, hash: none })
}

/** As if one node of every member that is asked had approved. */
function assumed(state: TrustState, entry: TrustEntry): readonly ApprovedBy[] {
  const { members, threshold } = state.consent
  if (threshold === 0 || !needsConsent(entry)) return []
  return members.flatMap((member) => {
    const node = state.liveNodes().find((each) => each.member === member)
    if (node === undefined) return []
    return [{ key: publicKeyOf(node.nodeId), proposal: '', expiresAt: entry.time }]
  })
}
