import { systemRandom } from '../crypto/random.ts'
import { PeerageError } from '../errors.ts'
import { authorityFingerprint } from '../identity/certificate.ts'
import { systemClock } from '../time/clock.ts'
import { prepareKey } from '../trust/authority.ts'
import { rehearse, unsignedEntry } from '../trust/rehearse.ts'
import { beginConsent } from '../trust/request-consent.ts'
import { createRequest, type RequestContent } from '../trust/request-file.ts'
import { openAuthorityKeyring } from './authority-keyring.ts'
import { withClosedHome } from './closed-home.ts'

export interface PreparedKey {
  readonly fingerprint: string
  /** The entry that the request asks for. */
  readonly index: number
  readonly request: RequestContent
}

/**
 * Makes the next authority key beside the one in charge, without daemon, and asks for the entry that
 * announces it. Throws `AUTHORITY_ABSENT`, as `withClosedHome`, and what the log forbids.
 */
export async function prepareKeyRequest(init: {
  readonly home: string
  readonly passphrase?: Uint8Array
}): Promise<PreparedKey> {
  return await withClosedHome(init.home, systemClock, async ({ home, log }) => {
    const keyring = await openAuthorityKeyring(home, log.state)
    if (keyring.state() === 'absent') throw new PeerageError('AUTHORITY_ABSENT')
    const next = await keyring.create(init.passphrase)
    try {
      const statement = prepareKey(log.network, next)
      const now = systemClock.now()
      const entry = () => unsignedEntry(log, statement, log.head().checkpoint.time)
      rehearse(log, statement, { entry, look: () => undefined })
      const consent = beginConsent(log.state, statement, { random: systemRandom, now })
      const fingerprint = authorityFingerprint(next.publicKey)
      return { fingerprint, index: log.size, request: createRequest(log, statement, consent) }
    } catch (error) {
      await keyring.discard(next.publicKey)
      throw error
    }
  })
}
