import type { PrivateKey } from '../crypto/ed25519.ts'
import { parseText, toBase64url } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import { parseCertificate } from '../identity/certificate.ts'
import { createCertificateRequest } from '../identity/certificate-request.ts'
import { nodeIdOf } from '../identity/node-id.ts'
import type { NodeName } from '../identity/node-uri.ts'
import { createJournal } from '../storage/journal.ts'
import { loadKey } from '../storage/key-store.ts'
import { createSettingsStore } from '../storage/settings-store.ts'
import { systemClock } from '../time/clock.ts'
import type { LogFile } from '../trust/log-file.ts'
import { joinedBy } from './carried-certificate.ts'
import { takeLog } from './carry-log.ts'
import { type ClosedHome, withClosedHome } from './closed-home.ts'
import type { JoinedNetwork } from './join-network.ts'

interface Init {
  readonly home: string
  readonly passphrase?: Uint8Array
}

/**
 * Asks for the next certificate of a node that nothing connects to the authority. Throws
 * `HOME_ALREADY_JOINED` where the home is another node, and as `withClosedHome`.
 */
export async function requestNext(
  init: Init,
  name: NodeName
): Promise<{ readonly request: Uint8Array; readonly nodeId: string }> {
  return await withClosedHome(init.home, systemClock, async (closed) => {
    const key = await nodeKeyOf(closed, init)
    const nodeId = nodeIdOf(key.publicKey)
    const { network, state } = closed.log
    const known = state.node(nodeId)
    const isSame = known?.member === name.member && known.node === name.node
    if (network !== name.network || !isSame) {
      throw new PeerageError('HOME_ALREADY_JOINED', {
        network,
        node: known === undefined ? nodeId : `${known.member}/${known.node}`
      })
    }
    return { request: createCertificateRequest(name, key), nodeId }
  })
}

/**
 * Takes the answer over, and what its log has more. Throws `WRONG_NETWORK`, `TRUST_FILE_GAP`, as
 * `joinedBy`, and `CERTIFICATE_SUPERSEDED` for one that ends before what is there.
 */
export async function installNext(
  init: Init,
  file: LogFile,
  certificate: Uint8Array
): Promise<JoinedNetwork> {
  return await withClosedHome(init.home, systemClock, async (closed) => {
    const { log, db } = closed
    const key = await nodeKeyOf(closed, init)
    takeLog(log, file)
    const { joined, serial, notAfter } = joinedBy(certificate, log, key.publicKey)
    const settings = createSettingsStore(db)
    if (notAfter < endOf(settings.get('certificate'))) {
      throw new PeerageError('CERTIFICATE_SUPERSEDED')
    }
    settings.set('certificate', toBase64url(certificate))
    createJournal(db, systemClock).append({ event: 'cert.renewed', detail: { serial, notAfter } })
    return joined
  })
}

async function nodeKeyOf({ home }: ClosedHome, { passphrase }: Init): Promise<PrivateKey> {
  return await loadKey(home.nodeKey, { use: 'node', passphrase: async () => passphrase })
}

/** When the certificate of the home ends; one that cannot be read is worth nothing. */
function endOf(text: string | undefined): number {
  const bytes = parseText(text ?? '', 'base64url')
  const parsed = bytes.ok ? parseCertificate(bytes.value) : bytes
  return parsed.ok ? parsed.value.notAfter : 0
}
