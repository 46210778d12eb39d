import { systemRandom } from '../crypto/random.ts'
import type { Logger } from '../log.ts'
import { createFrontDeskHost, type FrontDeskHost } from '../overlay/front-desk-host.ts'
import {
  createFrontDeskService,
  createInviteBook,
  type FrontDeskOutcome,
  type InviteBook
} from '../protocols/enrollment/index.ts'
import { createCertificateStore, recordIssued } from '../storage/certificate-store.ts'
import { createInviteStore } from '../storage/invite-store.ts'
import type { Clock } from '../time/clock.ts'
import type { Scheduler } from '../time/scheduler.ts'
import { type Authority, createAuthority } from '../trust/authority.ts'
import type { OpenedNode } from './open-node.ts'
import { settleAddresses } from './settled-addresses.ts'

export interface AuthorityRoom {
  readonly authority: Authority
  readonly book: InviteBook
  readonly desk: FrontDeskHost
}

export interface AuthorityRoomComponents {
  readonly node: OpenedNode
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly logger: Logger
  /** Where the overlay of this node listens, as text with `/p2p/`. */
  readonly addresses: () => readonly string[]
  readonly onOutcome: (outcome: FrontDeskOutcome) => void
}

/** What only the node that holds the authority key has; undefined everywhere else. */
export async function createAuthorityRoom(
  components: AuthorityRoomComponents
): Promise<AuthorityRoom | undefined> {
  const { node, clock, scheduler, logger, addresses, onOutcome } = components
  if (node.authority === undefined) return undefined
  const { log, db, settings, config } = node
  const { key, frontDeskKey } = node.authority
  const certificates = createCertificateStore(db)
  // Issuing pulls in the X.509 library, which a node that never issues need not load.
  const issuing = () => import('../identity/certificate-issue.ts')
  const authority = createAuthority({
    log,
    key,
    clock,
    random: systemRandom,
    issue: recordIssued(
      async (request) => await (await issuing()).issueCertificate(request),
      certificates,
      clock
    ),
    isIssued: (serial) => certificates.load(serial) !== undefined,
    issueAuthority: async (request) => await (await issuing()).issueAuthorityCertificate(request)
  })
  const book = createInviteBook({
    ...{ log, key, clock, authority, certificates },
    random: systemRandom,
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
        authorityCertificate: () => authority.certificate()
      })
    },
    { listen: await settleAddresses(settings, 'front-desk', config.front_desk) }
  )
  return { authority, book, desk }
}
