import assert from 'node:assert/strict'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import {
  issueAuthorityCertificate,
  issueCertificate
} from '../../src/identity/certificate-issue.ts'
import { type OpenedInvite, openInvite } from '../../src/identity/invite.ts'
import { silentLogger } from '../../src/log.ts'
import {
  createFrontDeskHost,
  type FrontDeskHost,
  type FrontDeskInit
} from '../../src/overlay/front-desk-host.ts'
import {
  createFrontDeskService,
  createInviteBook,
  type FrontDeskOutcome,
  type FrontDeskServiceInit,
  type InviteBook
} from '../../src/protocols/enrollment/index.ts'
import { createCertificateStore, recordIssued } from '../../src/storage/certificate-store.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { createInviteStore } from '../../src/storage/invite-store.ts'
import { createTrustStore } from '../../src/storage/trust-store.ts'
import { type Scheduler, systemScheduler } from '../../src/time/scheduler.ts'
import { type Authority, createAuthority } from '../../src/trust/authority.ts'
import { createGenesis } from '../../src/trust/genesis.ts'
import { TrustLog } from '../../src/trust/trust-log.ts'
import { FakeTime } from './fake-time.ts'
import { seededRandom } from './seeded-random.ts'
import { accepted } from './trust-network.ts'

export const HOUR = 3_600_000

/** Everything of an authority that enrolls, over one database. */
export interface TestAuthority {
  readonly db: Database
  readonly clock: FakeTime
  readonly key: PrivateKey
  readonly log: TrustLog
  readonly authority: Authority
  readonly book: InviteBook
  /** What the desk is said to listen on; a desk that starts puts its own addresses here. */
  frontDesk: readonly string[]
  /** An invite as its holder reads it. */
  invite(order?: {
    member?: string
    node?: string
    groups?: string[]
    ttlMs?: number
  }): OpenedInvite
  nodeKey(): PrivateKey
}

export interface TestAuthorityInit {
  readonly db?: Database
  readonly clock?: FakeTime
  /** Stands in for the authority, to make it fail. */
  readonly wrap?: (authority: Authority) => Authority
}

/** With a database that holds a network already, this is the same authority started again. */
export function createTestAuthority(seed: string, init: TestAuthorityInit = {}): TestAuthority {
  const clock = init.clock ?? new FakeTime()
  const db = init.db ?? openDatabase(':memory:')
  const key = PrivateKey.generate(seededRandom(seed))
  const random = seededRandom(
    `${seed} ${db.prepare('SELECT count(*) AS n FROM invites').get()?.['n']}`
  )
  const store = createTrustStore(db)
  const log = loadOrCreate(store, key, clock, seed)
  const certificates = createCertificateStore(db)
  const authority = createAuthority({
    log,
    key: () => key,
    clock,
    random,
    issue: recordIssued(issueCertificate, certificates, clock),
    issueAuthority: issueAuthorityCertificate
  })
  const book = createInviteBook({
    log,
    invites: createInviteStore(db),
    certificates,
    authority: init.wrap?.(authority) ?? authority,
    key: () => key,
    random,
    clock,
    frontDesk: () => test.frontDesk
  })
  const test: TestAuthority = {
    db,
    clock,
    key,
    log,
    authority,
    book,
    frontDesk: [`/ip4/127.0.0.1/tcp/1/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp`],
    invite(order = {}) {
      const { invite } = book.create({
        member: 'bob',
        node: 'laptop',
        groups: [],
        ttlMs: HOUR,
        ...order
      })
      return accepted(openInvite(invite, { now: clock.now() }))
    },
    nodeKey: () => PrivateKey.generate(random)
  }
  return test
}

function loadOrCreate(
  store: ReturnType<typeof createTrustStore>,
  key: PrivateKey,
  clock: FakeTime,
  seed: string
): TrustLog {
  if (store.checkpoint('head') !== undefined) return TrustLog.load(store, { clock })
  const random = seededRandom(`genesis ${seed}`)
  const { network, ...genesis } = createGenesis({ name: 'test', key, clock, random })
  return accepted(TrustLog.create(store, { clock, network, genesis }))
}

export interface TestDesk {
  readonly host: FrontDeskHost
  readonly outcomes: FrontDeskOutcome[]
  readonly scheduler: Scheduler
  stop(): Promise<void>
}

export interface TestDeskInit extends Partial<FrontDeskInit>, FrontDeskServiceInit {
  readonly scheduler?: Scheduler
}

/** A real desk on loopback; rates are those of production unless given. */
export async function openTestDesk(
  test: TestAuthority,
  init: TestDeskInit = {}
): Promise<TestDesk> {
  const { clock, log, book, authority } = test
  const scheduler = init.scheduler ?? systemScheduler
  const outcomes: FrontDeskOutcome[] = []
  const serve = createFrontDeskService(
    {
      book,
      log,
      clock,
      scheduler,
      logger: silentLogger,
      renewLate: async () => ({ ok: false, fault: 'CERTIFICATE_EXPIRED' }),
      authorityCertificate: () => authority.certificate(),
      addresses: () => ['/ip4/127.0.0.1/tcp/4001/p2p/overlay'],
      onOutcome: (outcome) => outcomes.push(outcome)
    },
    init
  )
  const host = await createFrontDeskHost(
    { key: test.nodeKey(), network: log.network, clock, scheduler, logger: silentLogger, serve },
    { listen: ['/ip4/127.0.0.1/tcp/0'], ...init }
  )
  await host.start()
  test.frontDesk = host.addresses()
  assert.equal(test.frontDesk.length, 1)
  return { host, outcomes, scheduler, stop: () => host.stop() }
}
