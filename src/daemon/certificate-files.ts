import { PeerageError } from '../errors.ts'
import { verifyCertificate } from '../identity/certificate.ts'
import {
  type CertificateRequest,
  createCertificateRequest,
  openCertificateRequest
} from '../identity/certificate-request.ts'
import { parseNetworkId } from '../identity/network-id.ts'
import { nodeIdOf, parseNodeId } from '../identity/node-id.ts'
import { type NodeName, nodeUri, parseNodeUri } from '../identity/node-uri.ts'
import { parseDialAddress } from '../overlay/dialable-address.ts'
import { createJournal } from '../storage/journal.ts'
import { createSettingsStore } from '../storage/settings-store.ts'
import { formatTime, systemClock } from '../time/clock.ts'
import { requireEnrollable } from '../trust/authority.ts'
import { exportLog, genesisOf, type LogFile } from '../trust/log-file.ts'
import { replayLog } from '../trust/replay.ts'
import { openClosedAuthority } from './closed-authority.ts'
import { withClosedHome } from './closed-home.ts'
import { openHome } from './home.ts'
import {
  loadOrCreateKey,
  openHomeDatabase,
  requireNoNetwork,
  saveConfig,
  saveMembership
} from './home-contents.ts'
import type { JoinedNetwork } from './join-network.ts'

/** How a node was enrolled whose request came as a file. */
const METHOD = 'csr'

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
 * Repeating it uses the same key. Throws `INVALID_ARGUMENT`, `HOME_ALREADY_JOINED` and the errors of
 * home and key.
 */
export async function requestCertificate(
  init: RequestCertificateInit
): Promise<{ readonly request: Uint8Array; readonly nodeId: string }> {
  const name = requireName(init)
  const home = openHome(init.home)
  const db = openHomeDatabase(home)
  try {
    requireNoNetwork(db)
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

export interface SignCertificateInit {
  readonly home: string
  /** DER. */
  readonly request: Uint8Array
  /** Instead of the names that the request asks for. */
  readonly member?: string | undefined
  readonly node?: string | undefined
  /** Of a member that is new. */
  readonly groups: readonly string[]
  readonly passphrase?: Uint8Array
  readonly dryRun: boolean
}

export interface SignedCertificate {
  readonly member: string
  readonly node: string
  readonly nodeId: string
  /** Of the enrollment, where it is signed. */
  readonly index: number | undefined
  /** The whole log and the certificate; absent for a dry run. */
  readonly file: LogFile | undefined
}

/**
 * Has the authority key of this home enroll the node whose request somebody has brought, without
 * daemon and network.
 *
 * Throws the faults of `openCertificateRequest`, `WRONG_NETWORK`, those of `Authority.enroll`,
 * `AUTHORITY_ABSENT`, and as `withClosedHome`.
 */
export async function signCertificate(init: SignCertificateInit): Promise<SignedCertificate> {
  const opened = openCertificateRequest(init.request)
  if (!opened.ok) throw new PeerageError(opened.fault, opened.detail)
  const request: CertificateRequest = opened.value
  const { publicKey } = request
  const { member = request.member, node = request.node, groups } = init
  const subject = { member, node, nodeId: nodeIdOf(publicKey) }
  return await withClosedHome(init.home, systemClock, async (closed) => {
    const { db, log } = closed
    const { authority } = await openClosedAuthority(closed, init.passphrase)
    if (request.network !== log.network) throw new PeerageError('WRONG_NETWORK')
    const enrollment = { member, node, groups, publicKey, method: METHOD, assurance: 1, invite: '' }
    requireEnrollable(log, enrollment)
    if (init.dryRun) return { ...subject, index: undefined, file: undefined }
    const { certificate, index } = await authority.enroll(enrollment)
    const detail = { index, type: 'node-enrolled', ...subject }
    createJournal(db, systemClock).append({ event: 'authority.signed', detail })
    return { ...subject, index, file: { ...exportLog(log, 0), certificate } }
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
 * Makes the home a node of the network whose authority has answered its request. Everything is
 * verified from the genesis entry on, whose hash is the network that the request named.
 *
 * Throws `FILE_WITHOUT_CERTIFICATE`, `WRONG_NETWORK`, `TRUST_FILE_GAP`, the faults of `replayLog`
 * and `verifyCertificate` (`CERTIFICATE_KEY_MISMATCH`: of another home), `CERTIFICATE_NOT_IN_LOG`,
 * `ADDRESS_INVALID`, `HOME_ALREADY_JOINED` and the errors of home and key.
 */
export async function importCertificate(init: ImportCertificateInit): Promise<JoinedNetwork> {
  const { file, peers } = init
  requirePeers(peers)
  const home = openHome(init.home)
  const db = openHomeDatabase(home)
  try {
    requireNoNetwork(db)
    if (file.certificate === undefined) throw new PeerageError('FILE_WITHOUT_CERTIFICATE')
    const asked = createSettingsStore(db).get('asked')
    if (asked === undefined) throw new PeerageError('HOME_EMPTY', { path: init.home })
    const begins = genesisOf(file)
    if (!begins.ok) throw new PeerageError(begins.fault, begins.detail)
    if (file.network !== asked) throw new PeerageError('WRONG_NETWORK', { asked })
    const key = await loadOrCreateKey(home.nodeKey, 'node', init.passphrase)
    const log = replayLog(file, systemClock)
    if (!log.ok) throw new PeerageError(log.fault, log.detail)
    const { state } = log.value
    const verified = verifyCertificate(file.certificate, {
      network: file.network,
      authorityKeys: state.authorityKeys,
      key: key.publicKey,
      now: systemClock.now(),
      exclusionOf: (subject) => state.exclusionOf(subject)
    })
    if (!verified.ok) throw new PeerageError(verified.fault, verified.detail)
    const { member, node, nodeId, serial, notAfter } = verified.value
    if (state.node(nodeId)?.serial !== serial) {
      throw new PeerageError('CERTIFICATE_NOT_IN_LOG', { serial })
    }
    const { entries, genesis, checkpoint: head, certificate } = file
    saveMembership(db, { entries, genesis, head, certificate, bootstrap: peers })
    return {
      network: { id: file.network, name: state.network?.name ?? '' },
      node: { id: nodeId, name: node, member },
      groups: state.groupsOf(member),
      certificate: { serial, notAfter: formatTime(notAfter) }
    }
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
