import type { PrivateKey } from '../crypto/ed25519.ts'
import { systemRandom } from '../crypto/random.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import { createFrontDeskHost, type FrontDeskHost } from '../overlay/front-desk-host.ts'
import {
  createFrontDeskService,
  createInviteBook,
  type FrontDeskOutcome,
  type InviteBook
} from '../protocols/enrollment/index.ts'
import {
  type AuthorityClosed,
  answerRenewal,
  type RenewalDesk
} from '../protocols/renewal/index.ts'
import { createCertificateStore, recordIssued } from '../storage/certificate-store.ts'
import { createInviteStore } from '../storage/invite-store.ts'
import type { Clock, UnixMillis } from '../time/clock.ts'
import type { Scheduler } from '../time/scheduler.ts'
import { type Authority, createAuthority } from '../trust/authority.ts'
import type { AuthorityKeyring } from './authority-keyring.ts'
import type { OpenedNode } from './open-node.ts'
import { requireNotRestored, restoredFrom } from './restored.ts'
import { settleAddresses } from './settled-addresses.ts'

const DAY_MS = 86_400_000

/** What a home with an authority key has, whether the key is unlocked or not. */
export interface AuthorityRoom {
  readonly authority: Authority
  readonly keyring: AuthorityKeyring
  readonly book: InviteBook
  readonly desk: FrontDeskHost
  /** Why nothing can be signed now, if so. */
  closed(): AuthorityClosed | undefined
  /** When an unlocked key locks itself; undefined where it stays. */
  locksAt(): UnixMillis | undefined
  /**
   * Opens the key in charge for `forMs`, and vouches for the head at once. Throws as
   * `AuthorityKeyring.unlock`.
   */
  unlock(passphrase: Uint8Array | undefined, forMs: number): Promise<void>
  lock(): Promise<void>
  /** Vouches for the head now, where the key can sign. */
  resign(): void
  start(): Promise<void>
  stop(): Promise<void>
  readonly renewal: RenewalDesk
}

export interface AuthorityRoomComponents {
  readonly node: OpenedNode
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly logger: Logger
  /** Where the overlay of this node listens, as text with `/p2p/`. */
  readonly addresses: () => readonly string[]
  readonly onOutcome: (outcome: FrontDeskOutcome) => void
  readonly onUnlocked: (locksAt: UnixMillis) => void
  readonly onLocked: () => void
  /** Two holders of one node key have renewed. */
  readonly onTwoLineages: (nodeId: NodeId, serial: string) => void
}

/** Undefined in a home that holds no authority key. */
export async function createAuthorityRoom(
  components: AuthorityRoomComponents
): Promise<AuthorityRoom | undefined> {
  const { node, clock, scheduler, onUnlocked, onLocked } = components
  if (node.authority === undefined) return undefined
  const { keyring, frontDeskKey } = node.authority
  const key = () => {
    requireNotRestored(node.settings)
    return keyring.current()
  }
  const authority = createIssuingAuthority(components, key)
  const closed = () => {
    const state = keyring.state()
    if (state === 'absent') return 'AUTHORITY_ABSENT'
    if (restoredFrom(node.settings) !== undefined) return 'HOME_RESTORED'
    return state === 'locked' ? 'AUTHORITY_LOCKED' : undefined
  }
  const parts = { authority, key, frontDeskKey, closed }
  const { book, desk, renewal } = await createDesk(components, parts)
  let timer: { readonly end: UnixMillis; readonly cancel: () => void } | undefined
  let endResigning: (() => void) | undefined

  const resign = () => {
    // Nobody, this node included, would take it while two histories of the key are known.
    if (closed() === undefined && !isDoubted(node)) authority.resign()
  }
  async function lock(): Promise<void> {
    timer?.cancel()
    timer = undefined
    if (await keyring.lock(() => authority.settled())) onLocked()
  }

  return {
    ...{ authority, keyring, book, desk, renewal, closed, lock, resign },
    locksAt: () => timer?.end,
    async unlock(passphrase, forMs) {
      await keyring.unlock(passphrase)
      timer?.cancel()
      const end = clock.now() + forMs
      timer = { end, cancel: scheduler.after(forMs, () => void lock()) }
      onUnlocked(end)
      resign()
    },
    async start() {
      endResigning = scheduler.every(LIMITS.resignMs, resign)
      await desk.start()
    },
    async stop() {
      endResigning?.()
      timer?.cancel()
      await desk.stop()
      await keyring.lock(() => authority.settled())
    }
  }
}

function createIssuingAuthority(
  { node: { log, db }, clock }: AuthorityRoomComponents,
  key: () => PrivateKey
): Authority {
  const certificates = createCertificateStore(db)
  // Issuing pulls in the X.509 library, which a node that never issues need not load.
  const issuing = () => import('../identity/certificate-issue.ts')
  return createAuthority({
    ...{ log, clock, key, random: systemRandom },
    issue: recordIssued(
      async (request) => await (await issuing()).issueCertificate(request),
      certificates,
      clock
    ),
    isIssued: (serial) => certificates.load(serial) !== undefined,
    issueAuthority: async (request) => await (await issuing()).issueAuthorityCertificate(request)
  })
}

async function createDesk(
  components: AuthorityRoomComponents,
  parts: {
    readonly authority: Authority
    readonly key: () => PrivateKey
    readonly frontDeskKey: PrivateKey
    readonly closed: RenewalDesk['closed']
  }
): Promise<Pick<AuthorityRoom, 'book' | 'desk' | 'renewal'>> {
  const { node, clock, scheduler, logger, addresses, onOutcome } = components
  const { log, db, settings, config } = node
  const { authority, key, frontDeskKey, closed } = parts
  const certificates = createCertificateStore(db)
  const renewal: RenewalDesk = {
    ...{ log, clock, authority, closed, certificates, onTwoLineages: components.onTwoLineages },
    frontDesk: () => desk.addresses()
  }
  const graceMs = config.grace_days * DAY_MS
  const book = createInviteBook({
    ...{ log, clock, authority, key, random: systemRandom },
    certificates,
    invites: createInviteStore(db),
    frontDesk: () => desk.addresses()
  })
  const desk = await createFrontDeskHost(
    {
      key: frontDeskKey,
      network: log.network,
      ...{ clock, scheduler, logger },
      serve: createFrontDeskService({
        ...{ book, log, addresses, clock, scheduler, logger, onOutcome },
        renewLate: (certificate, nodeId) => answerRenewal(renewal, certificate, nodeId, graceMs),
        authorityCertificate: () => authority.certificate()
      })
    },
    { listen: await settleAddresses(settings, 'front-desk', config.front_desk) }
  )
  return { book, desk, renewal }
}

function isDoubted({ log, doubts }: OpenedNode): boolean {
  const { signingKey } = log.state
  return signingKey !== undefined && doubts.isDoubted(signingKey)
}
