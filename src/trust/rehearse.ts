import { accept, type Refused, refuse, type Verdict } from '../encoding/verdict.ts'
import { PeerageError } from '../errors.ts'
import type { UnixMillis } from '../time/clock.ts'
import { parseStatement, type SignedEntry, type Statement } from './entry.ts'
import { refusalOf } from './refusal.ts'
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

/** The entry that the authority would sign, where its key is not: never to be stored. */
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
  return accept({ entry, signer, approvers: [], bytes: none, hash: none })
}
