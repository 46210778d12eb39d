import type { PrivateKey, PublicKey } from '../crypto/ed25519.ts'
import { systemRandom } from '../crypto/random.ts'
import { PeerageError } from '../errors.ts'
import { authorityFingerprint } from '../identity/certificate.ts'
import { issueAuthorityCertificate, issueCertificate } from '../identity/certificate-issue.ts'
import { parseName } from '../identity/name.ts'
import { nodeIdOf } from '../identity/node-id.ts'
import type { Logger } from '../log.ts'
import { openDatabase } from '../storage/database.ts'
import { createTrustStore } from '../storage/trust-store.ts'
import { systemClock } from '../time/clock.ts'
import { createAuthority } from '../trust/authority.ts'
import { createGenesis } from '../trust/genesis.ts'
import { TrustLog } from '../trust/trust-log.ts'
import { openHome } from './home.ts'
import {
  loadOrCreateKey,
  type Membership,
  openHomeDatabase,
  requireNoNetwork,
  saveConfig,
  saveMembership
} from './home-contents.ts'
import { saveRecoveryCode } from './recovery-file.ts'

export interface CreateNetworkInit {
  readonly home: string
  readonly name: string
  readonly node: string
  readonly member: string
  /** TCP multiaddrs; empty for the defaults. */
  readonly listen: readonly string[]
  readonly frontDesk: readonly string[]
  /** Encrypts the keys; without it they are protected by their mode only. */
  readonly passphrase?: Uint8Array
  /** Where the recovery code is written; else in the home. False: the network has none. */
  readonly recoveryFile?: string | false
  /** Encrypts the authority key; else that of the others does. */
  readonly authorityPassphrase?: Uint8Array
  readonly log: Logger
}

export interface CreatedNetwork {
  readonly network: { readonly id: string; readonly name: string }
  readonly node: { readonly id: string; readonly name: string; readonly member: string }
  readonly authority: { readonly fingerprint: string }
  /** Where the recovery code is until its owner moves it. */
  readonly recoveryFile: string | undefined
}

/**
 * Makes a network, its authority and its first node in one home. Complete or not there: until the
 * last write the home counts as empty, and repeating the command completes it.
 *
 * Throws `INVALID_ARGUMENT`, `CONFIG_INVALID`, `HOME_ALREADY_JOINED` and the errors of home, keys
 * and storage.
 */
export async function createNetwork(init: CreateNetworkInit): Promise<CreatedNetwork> {
  for (const [argument, name] of [
    ['name', init.name],
    ['node', init.node],
    ['member', init.member]
  ] as const) {
    if (!parseName(name).ok) throw new PeerageError('INVALID_ARGUMENT', { argument, value: name })
  }
  const home = openHome(init.home)
  const db = openHomeDatabase(home)
  try {
    requireNoNetwork(db)
    await saveConfig(home, {
      ...(init.listen.length === 0 ? {} : { listen: [...init.listen] }),
      ...(init.frontDesk.length === 0 ? {} : { front_desk: [...init.frontDesk] })
    })
    const { passphrase, authorityPassphrase = passphrase } = init
    const authorityKey = await loadOrCreateKey(home.authorityKey, 'authority', authorityPassphrase)
    const nodeKey = await loadOrCreateKey(home.nodeKey, 'node', passphrase)
    await loadOrCreateKey(home.frontDeskKey, 'front-desk', passphrase)
    const recovery =
      init.recoveryFile === false
        ? undefined
        : await saveRecoveryCode(home.recoveryCode, { path: init.recoveryFile, network: init.name })
    const keys = { authorityKey, nodeKey, recoveryKey: recovery?.key }
    const { membership, network } = await foundNetwork(init, keys)
    saveMembership(db, membership)
    init.log.info('network.created', { network })
    return {
      network: { id: network, name: init.name },
      node: { id: nodeIdOf(nodeKey.publicKey), name: init.node, member: init.member },
      authority: { fingerprint: authorityFingerprint(authorityKey.publicKey) },
      recoveryFile: recovery?.path
    }
  } finally {
    db.close()
  }
}

interface FounderKeys {
  readonly authorityKey: PrivateKey
  readonly nodeKey: PrivateKey
  readonly recoveryKey: PublicKey | undefined
}

/** Writes genesis and the first enrollment into a log in memory, through the rules of any log. */
async function foundNetwork(
  { name, member, node }: CreateNetworkInit,
  { authorityKey, nodeKey, recoveryKey }: FounderKeys
): Promise<{ membership: Membership; network: string }> {
  const clock = systemClock
  const random = systemRandom
  const genesis = createGenesis({ name, key: authorityKey, recoveryKey, clock, random })
  const scratch = openDatabase(':memory:')
  try {
    const created = TrustLog.create(createTrustStore(scratch), {
      clock,
      network: genesis.network,
      genesis
    })
    if (!created.ok) throw new PeerageError(created.fault, created.detail)
    const log = created.value
    const authority = createAuthority({
      log,
      key: () => authorityKey,
      clock,
      random,
      issue: issueCertificate,
      issueAuthority: issueAuthorityCertificate
    })
    const { certificate } = await authority.enroll({
      member,
      groups: [],
      node,
      publicKey: nodeKey.publicKey,
      method: 'founder',
      assurance: 1,
      invite: ''
    })
    const membership: Membership = {
      entries: log.entries(0, log.size),
      genesis: genesis.checkpoint,
      head: log.head().bytes,
      certificate,
      issuedAt: clock.now(),
      bootstrap: []
    }
    return { membership, network: genesis.network }
  } finally {
    scratch.close()
  }
}
