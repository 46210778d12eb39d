import { PeerageError } from '../errors.ts'
import { createCertificateRequest } from '../identity/certificate-request.ts'
import { parseNetworkId } from '../identity/network-id.ts'
import { nodeIdOf, parseNodeId } from '../identity/node-id.ts'
import { type NodeName, nodeUri, parseNodeUri } from '../identity/node-uri.ts'
import { parseDialAddress } from '../overlay/dialable-address.ts'
import { createCertificateStore } from '../storage/certificate-store.ts'
import { createJournal } from '../storage/journal.ts'
import { createSettingsStore } from '../storage/settings-store.ts'
import { systemClock } from '../time/clock.ts'
import { exportLog, genesisOf, type LogFile } from '../trust/log-file.ts'
import { replayLog } from '../trust/replay.ts'
import { joinedBy } from './carried-certificate.ts'
import { openClosedAuthority } from './closed-authority.ts'
import { withClosedHome } from './closed-home.ts'
import { openHome } from './home.ts'
import {
  belongsToNetwork,
  loadOrCreateKey,
  openHomeDatabase,
  saveConfig,
  saveMembership
} from './home-contents.ts'
import { type IssuedByRequest, type IssueInit, issueByRequest } from './issue-certificate.ts'
import type { JoinedNetwork } from './join-network.ts'
import { installNext, requestNext } from './renew-by-file.ts'

export interface RequestCertificateInit {
  readonly home: string
  /** Id of the network; only a certificate of this one is imported afterwards. */
  readonly network: string
  readonly member: string
  readonly node: string
  /** TCP multiaddrs; empty for the default. */
  readonly listen: readonly string[]
  readonly passphrase?: Uint8Array
}

/**
 * Makes the key of a home that belongs to no network, and a request (DER) for a certificate of it.
 * Repeating it uses the same key; so does the node that it has become, for the next one. Throws
 * `INVALID_ARGUMENT`, `HOME_ALREADY_JOINED` and the errors of home and key.
 */
export async function requestCertificate(
  init: RequestCertificateInit
): Promise<{ readonly request: Uint8Array; readonly nodeId: string }> {
  const name = requireName(init)
  const home = openHome(init.home)
  const db = openHomeDatabase(home)
  try {
    if (belongsToNetwork(db)) return await requestNext(init, name)
    await saveConfig(home, init.listen.length === 0 ? {} : { listen: [...init.listen] })
    const key = await loadOrCreateKey(home.nodeKey, 'node', init.passphrase)
    createSettingsStore(db).set('asked', name.network)
    return { request: createCertificateRequest(name, key), nodeId: nodeIdOf(key.publicKey) }
  } finally {
    db.close()
  }
}

function requireName({ network, member, node }: RequestCertificateInit): NodeName {
  const id = parseNetworkId(network)
  if (!id.ok) throw new PeerageError('INVALID_ARGUMENT', { argument: 'network' })
  const name = parseNodeUri(nodeUri({ network: id.value, member, node }))
  if (!name.ok) throw new PeerageError('INVALID_ARGUMENT', { argument: 'member or node' })
  return name.value
}

export interface SignCertificateInit extends IssueInit {
  readonly home: string
  readonly passphrase?: Uint8Array
}

export interface SignedCertificate extends IssuedByRequest {
  /** The whole log and the certificate; absent for a dry run. */
  readonly file: LogFile | undefined
}

/**
 * Has the authority key of this home answer a request, without daemon and network. Throws as
 * `issueByRequest`, `AUTHORITY_ABSENT`, and as `withClosedHome`.
 */
export async function signCertificate(init: SignCertificateInit): Promise<SignedCertificate> {
  return await withClosedHome(init.home, systemClock, async (closed) => {
    const { db, log } = closed
    const { authority } = await openClosedAuthority(closed, init.passphrase)
    const certificates = createCertificateStore(db)
    const journal = createJournal(db, systemClock)
    const parts = { log, authority, certificates, journal, clock: systemClock }
    const issued = await issueByRequest(parts, init)
    const { certificate } = issued
    const file = certificate === undefined ? undefined : { ...exportLog(log, 0), certificate }
    return { ...issued, file }
  })
}

export interface ImportCertificateInit {
  readonly home: string
  readonly file: LogFile
  /** Where peers listen, as multiaddrs that end in their ids. */
  readonly peers: readonly string[]
  readonly passphrase?: Uint8Array
}

/**
 * Makes the home a node of the network whose authority has answered its request, or gives the node
 * that it is its next certificate. Everything is verified from the genesis entry on, whose hash is
 * the network that the request named.
 *
 * Throws `FILE_WITHOUT_CERTIFICATE`, `WRONG_NETWORK`, `TRUST_FILE_GAP`, the faults of `replayLog`
 * and `joinedBy` (`CERTIFICATE_KEY_MISMATCH`: of another home),
 * `ADDRESS_INVALID`, `HOME_ALREADY_JOINED` and the errors of home and key.
 */
export async function importCertificate(init: ImportCertificateInit): Promise<JoinedNetwork> {
  const { file, peers } = init
  requirePeers(peers)
  const home = openHome(init.home)
  const db = openHomeDatabase(home)
  try {
    if (file.certificate === undefined) throw new PeerageError('FILE_WITHOUT_CERTIFICATE')
    if (belongsToNetwork(db)) return await installNext(init, file, file.certificate)
    const asked = createSettingsStore(db).get('asked')
    if (asked === undefined) throw new PeerageError('HOME_EMPTY', { path: init.home })
    const begins = genesisOf(file)
    if (!begins.ok) throw new PeerageError(begins.fault, begins.detail)
    if (file.network !== asked) throw new PeerageError('WRONG_NETWORK', { asked })
    const key = await loadOrCreateKey(home.nodeKey, 'node', init.passphrase)
    const log = replayLog(file, systemClock)
    if (!log.ok) throw new PeerageError(log.fault, log.detail)
    const { joined } = joinedBy(file.certificate, log.value, key.publicKey)
    const { entries, genesis, checkpoint: head, certificate } = file
    saveMembership(db, { entries, genesis, head, certificate, bootstrap: peers })
    return joined
  } finally {
    db.close()
  }
}

function requirePeers(peers: readonly string[]): void {
  for (const address of peers) {
    const nodeId = parseNodeId(address.slice(address.lastIndexOf('/') + 1))
    const isUsable = nodeId.ok && parseDialAddress(address, nodeId.value).ok
    if (!isUsable) throw new PeerageError('ADDRESS_INVALID', { address })
  }
}
