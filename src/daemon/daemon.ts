import type { GivenSettings } from '../config/load.ts'
import { createEventHub, type EventHub } from '../control/events.ts'
import { serveControl } from '../control/server.ts'
import { createTokenBook } from '../control/token-book.ts'
import { systemRandom } from '../crypto/random.ts'
import { nodeIdOf } from '../identity/node-id.ts'
import type { Admission } from '../overlay/certified-peers.ts'
import { type Defense, NONE_LEFT_OUT } from '../overlay/defense.ts'
import { createOverlay } from '../overlay/overlay.ts'
import { requireNoSessionKeyDump } from '../overlay/session-key-dump.ts'
import { createAckBook, createAcks } from '../protocols/acks/index.ts'
import { createAddresses } from '../protocols/addresses/index.ts'
import { openReport } from '../protocols/evidence/index.ts'
import { createProposalBook, createProposals } from '../protocols/proposals/index.ts'
import { createRenewal } from '../protocols/renewal/index.ts'
import { createTrustSync } from '../protocols/trust-sync/index.ts'
import { createTwinAlarm } from '../protocols/twins/index.ts'
import { createAckStore } from '../storage/ack-store.ts'
import { createAddressStore } from '../storage/address-store.ts'
import { createAlarmStore } from '../storage/alarm-store.ts'
import { createEvidenceStore } from '../storage/evidence-store.ts'
import { createJournal } from '../storage/journal.ts'
import { createProposalStore } from '../storage/proposal-store.ts'
import { createReputationStore } from '../storage/reputation-store.ts'
import { createTokenStore } from '../storage/token-store.ts'
import { systemClock } from '../time/clock.ts'
import { systemScheduler } from '../time/scheduler.ts'
import type { Advance } from '../trust/trust-log.ts'
import { createAfterwards } from './afterwards.ts'
import { createAlarmBook } from './alarms.ts'
import { createAppliedView } from './applied.ts'
import { createAuthorityRoom } from './authority-room.ts'
import { createBreakGlassDesk } from './break-glass.ts'
import { createConsentDesk } from './consent.ts'
import { controlSockets } from './control-sockets.ts'
import { createDaemonState } from './daemon-state.ts'
import { createDiagnosticsRoom } from './diagnostics.ts'
import { ownEndings, watchEnds } from './end-watch.ts'
import { createEvidenceRoom } from './evidence.ts'
import { type ConfigFollower, followConfig } from './follow-config.ts'
import { createForkWatch } from './fork-watch.ts'
import { anchorStore, bootstrapCandidates } from './known-peers.ts'
import { createLastRefusal } from './last-refusal.ts'
import { lateRenewal, saveFrontDesk } from './late-renewal.ts'
import { Lifecycle } from './lifecycle.ts'
import { countedAnswers, countedObserver, timedLookups } from './metrics/counted.ts'
import { serveMetrics } from './metrics/serve.ts'
import { Tally } from './metrics/tally.ts'
import { rememberTime } from './newest-time.ts'
import { createObserver } from './observer.ts'
import { openNode } from './open-node.ts'
import { createOpinionRoom } from './opinions.ts'
import { createRecordRoom } from './record-room.ts'
import { createReputationRoom } from './reputation.ts'
import { watchRestored } from './restored.ts'
import { reportSalvage } from './salvage-report.ts'
import { parseList, settleAddresses } from './settled-addresses.ts'
import { stopInTime } from './stop-in-time.ts'
import { createTwinWatch } from './twin-watch.ts'
import { softwareVersion } from './version.ts'
import { watchViewAge } from './view-age.ts'
import { believeReport } from './weakened.ts'

export interface RunDaemonInit extends ConfigFollower {
  readonly home: string
  readonly passphrase?: Uint8Array
  /** Of the authority key, where it has its own; without it the key is locked. */
  readonly authorityPassphrase?: Uint8Array
  /** The time that an earlier run has seen was wrong. */
  readonly acceptClock?: boolean
  /** Settings that do not come from the file of the home. */
  readonly given?: GivenSettings
  readonly onReady: (ready: ReadyDaemon) => void
  /** Aborted when the daemon is to stop. */
  readonly signal: AbortSignal
  /** Bounds left out, by the control of an attack only (src/testnet/). */
  readonly without?: ReadonlySet<Defense>
}

export interface ReadyDaemon {
  readonly nodeId: string
  readonly listen: readonly string[]
  readonly frontDesk: readonly string[]
  readonly control: string
}

/**
 * Runs the node of a home until `signal` aborts or `node.stop` is called, then stops everything in
 * reverse order; resolves after a clean stop. Parts that hang are left after `LIMITS.stopMs`.
 *
 * Throws the errors of {@link openNode}, `ADDRESS_IN_USE`, and those of the control sockets.
 */
export async function runDaemon(init: RunDaemonInit): Promise<void> {
  requireNoSessionKeyDump(process.env)
  const lifecycle = new Lifecycle(init.log)
  const ended = Promise.withResolvers<string>()
  init.signal.addEventListener('abort', () => ended.resolve('signal'), { once: true })
  if (init.signal.aborted) ended.resolve('signal')
  try {
    const started = await startDaemon(init, lifecycle, ended.resolve)
    const reason = await ended.promise
    init.log.info('daemon.stopping', { reason })
    started.stopping(reason)
  } finally {
    await stopInTime(lifecycle, init.log)
  }
}

async function startDaemon(
  init: RunDaemonInit,
  lifecycle: Lifecycle,
  requestStop: (reason: string) => void
): Promise<{ stopping: (reason: string) => void }> {
  const scheduler = systemScheduler
  const random = systemRandom
  const { log: logger, without = NONE_LEFT_OUT } = init
  const opening = { ...init, directory: init.home, clock: systemClock, scheduler }
  const node = await openNode(opening, lifecycle)
  const { log, db, key, certificate, config, live, settings, home, clock } = node
  followConfig(init, { live, path: home.log }, lifecycle)
  lifecycle.started('clock', rememberTime(settings, clock, scheduler))
  const { state: trust } = log

  // Above this line nothing has touched the network.
  const events: EventHub = createEventHub({ clock })
  const state = createDaemonState(clock, scheduler)
  const journal = createJournal(db, clock)
  const tally = new Tally()
  const afterwards = createAfterwards(db, logger)
  const plain = createObserver({ events, journal, state, logger, clock, afterwards })
  const observer = countedObserver(plain, tally, clock)
  const alarms = createAlarmBook({ store: createAlarmStore(db), events, journal, logger, clock })
  reportSalvage(node.salvaged, { alarms, logger })
  const restored = watchRestored({ settings, log, self: nodeIdOf(key.publicKey), alarms })
  const bootstrap = bootstrapCandidates(parseList(settings.get('bootstrap')))
  const reputation = createReputationRoom({
    ...{ store: createReputationStore(db), state: trust, clock, scheduler, alarms },
    self: nodeIdOf(key.publicKey),
    bootstrap: bootstrap.map(({ nodeId }) => nodeId),
    memberOfPeer: (nodeId) => overlay.peer(nodeId)?.member,
    without,
    onChange(change) {
      observer.standingChanged(change)
      // Not while the peer is being answered: a stream must not end under its reader.
      queueMicrotask(() => {
        void overlay.host.rejudge()
        overlay.peering.look()
      })
    }
  })
  const lastRefusal = createLastRefusal((nodeId) => trust.node(nodeId) !== undefined)
  const overlay = await createOverlay(
    {
      ...{ key, trust: log, clock, scheduler, random, log: logger },
      certificate: () => certificate.current().bytes,
      addressStore: createAddressStore(db),
      liveNodes: () => trust.liveNodes(),
      maxAge: live.maxAge,
      standings: reputation.standings,
      anchors: anchorStore(settings)
    },
    {
      listen: await settleAddresses(settings, 'listen', config.listen),
      announce: config.announce,
      bootstrap,
      version: softwareVersion().split('.').slice(0, 2).join('.'),
      without,
      onOutcome: (nodeId, _protocol, code) => reputation.caused(nodeId, code),
      onAnswered: reputation.answered,
      onTwins: (proof) => twinAlarm.found(proof),
      evidence: () => node.doubts.of(log.head().signer)?.evidence,
      onEvidence: (evidence) => forks.hear(evidence),
      onAdmitted(admission) {
        const { peer, direction } = admission
        observer.admitted(peer, direction)
        lastRefusal.admitted(peer.nodeId)
        void meet(admission)
        for (const flood of [forks, acks, evidence, proposals, breakGlass]) {
          void flood.tellAll(peer.nodeId)
        }
      },
      onClosed(nodeId, reason) {
        observer.closed(nodeId, reason)
        reputation.left(nodeId)
        overlay.peering.look()
      },
      onRefused(refusal) {
        observer.refused(refusal)
        reputation.refused(refusal)
        lastRefusal.refused(refusal)
      }
    }
  )
  /** Entries first: addresses of nodes that our log does not list yet would be refused. */
  const meet = async ({ peer, relation, logTime }: Admission) => {
    const isFresher = relation === 'same' && logTime > log.head().checkpoint.time
    if (relation === 'ahead' || isFresher) await trustSync.pull(peer.nodeId)
    restored.met(peer.nodeId)
    await addresses.exchange(peer.nodeId)
  }
  const trustSync = createTrustSync({ overlay, log, scheduler, random, logger })
  const forks = createForkWatch({ node, alarms, overlay, scheduler, random, logger })
  const addresses = createAddresses({
    ...{ overlay, network: log.network, book: overlay.book, scheduler, random, logger },
    own: () => overlay.ownRecord(),
    onLearned: () => overlay.peering.look()
  })
  const evidence = createEvidenceRoom({
    ...{ overlay, log, alarms, ledger: reputation.ledger, clock, scheduler, random, logger },
    store: createEvidenceStore(db),
    open: without.has('report-proof') ? believeReport : openReport
  })
  const records = createRecordRoom({
    ...{ node, overlay: timedLookups(overlay, tally, clock), clock, scheduler, random, logger },
    ...{ alarms, without, standings: reputation.standings, onMisbehavior: evidence.found }
  })
  const opinions = createOpinionRoom({
    ...{ records, opinions: reputation.opinions, settings, events, journal, scheduler, logger },
    onChange: () => overlay.peering.look()
  })
  const diagnostics = createDiagnosticsRoom({
    ...{ overlay, log, clock, state, live, onAsked: observer.diagnosed }
  })
  const authorityRoom = await createAuthorityRoom({
    ...{ node, clock, scheduler, logger },
    addresses: () => overlay.addresses(),
    onOutcome: (outcome) => observer.enrolled(outcome, trust),
    onTwoLineages(nodeId, serial) {
      observer.twoLineages(nodeId, serial)
      twinWatch.raise(nodeId)
    },
    onUnlocked(locksAt) {
      observer.unlocked(locksAt)
      void consent.carryOut()
      void breakGlass.carryOut()
    },
    onLocked: observer.locked
  })

  const twinWatch = createTwinWatch({
    ...{ state: trust, self: overlay.nodeId, logger, alarms },
    suspending: config.auto_suspend ? authorityRoom?.authority : undefined
  })
  const twinAlarm = createTwinAlarm({
    ...{ overlay, network: log.network, state: trust, clock, scheduler, random, logger },
    onAlarm: twinWatch.raise
  })

  const renewal = createRenewal({
    ...{ overlay, clock, scheduler, random, logger },
    desk: authorityRoom?.renewal,
    certificate: () => certificate.current(),
    isTainted: ({ issuer }) => trust.keyStanding(issuer) === 'tainted',
    take: overlay.host.recertify,
    install: (der) => certificate.install(der),
    atDesk: ({ bytes }) => lateRenewal({ settings, log, key, scheduler }, bytes),
    onFrontDesk: (addresses) => saveFrontDesk(settings, addresses),
    onRenewed: observer.renewed
  })

  const breakGlass = createBreakGlassDesk({
    ...{ node, overlay, room: authorityRoom, journal, scheduler, random, logger }
  })
  const ackBook = createAckBook(log, createAckStore(db))
  const acks = createAcks({
    ...{ overlay, log, key, clock, scheduler, random, logger },
    book: ackBook
  })
  const proposalBook = createProposalBook({
    ...{ network: log.network, state: trust, clock, store: createProposalStore(db) }
  })
  const proposals = createProposals({
    ...{ overlay, network: log.network, key, clock, scheduler, random, logger },
    book: proposalBook,
    onNews(proposal) {
      observer.proposed(proposal)
      void consent.carryOut()
    }
  })
  const consent = createConsentDesk({
    ...{ state: trust, book: proposalBook, proposals, room: authorityRoom, logger, clock },
    random
  })
  const applied = createAppliedView({ state: trust, book: ackBook, clock, scheduler })

  // Connections end before this returns: whoever an advance revokes hears no more, not even of it.
  lifecycle.started(
    'cut',
    log.onAdvance(() => void overlay.host.rejudge())
  )
  lifecycle.started('reputation', reputation.start())
  await lifecycle.start('evidence', evidence)
  await lifecycle.start('trust sync', trustSync)
  // Trust sync has told the peers by then: what is synced to the disk here keeps nobody waiting.
  const observe = (advance: Advance) => {
    overlay.book.prune()
    overlay.peering.look()
    observer.advanced(advance)
    forks.settle()
    twinWatch.settle()
    restored.look()
    acks.acknowledge()
    records.readersChanged()
    renewal.look()
  }
  lifecycle.started(
    'trust observer',
    log.onAdvance((advance) => afterwards(() => observe(advance)))
  )
  await lifecycle.start('addresses', addresses)
  await diagnostics.start()
  await lifecycle.start('records', records)
  lifecycle.started('opinions', opinions.start())
  lifecycle.started('record observer', records.onUpdate(observer.updated))
  await lifecycle.start('acknowledgments', acks)
  acks.acknowledge()
  const endings = () => ownEndings(certificate.current(), trust, node.authority !== undefined)
  lifecycle.started('end watch', watchEnds({ alarms, clock, scheduler, endings }))
  await lifecycle.start('break-glass', breakGlass)
  await lifecycle.start('proposals', proposals)
  await lifecycle.start('renewal', renewal)
  await lifecycle.start('copies', twinAlarm)
  await lifecycle.start('forks', forks)
  lifecycle.started(
    'conflicts',
    log.onConflict(({ bytes }) => void forks.hear(bytes))
  )
  // Whoever was away for long would else be too old for its own peers in the first minute.
  authorityRoom?.resign()
  const { maxAge, onReload: onLimits } = live
  const ageWatch = { log, maxAge, onLimits, alarms, scheduler }
  lifecycle.started('view age', watchViewAge(ageWatch))
  lifecycle.started(
    'config observer',
    live.onReload((reloaded) => {
      events.publish('config.reloaded', reloaded)
      void overlay.host.rejudge()
    })
  )
  await lifecycle.start('overlay', overlay)
  lifecycle.started('hand-over', async () => {
    await records.handOver()
  })
  if (authorityRoom !== undefined) await lifecycle.start('authority', authorityRoom)
  const tokens = createTokenBook({ store: createTokenStore(db), clock, random })
  const loadApi = async () => {
    const { createNodeApi } = await import('./node-api.ts')
    return createNodeApi({
      ...{ node, overlay, records, authorityRoom, state, events, tokens, clock, breakGlass },
      ...{ lastRefusal, journal, evidence, trustSync, renewal, applied, tally },
      ...{ alarms, reputation, proposals, proposalBook, consent, opinions, diagnostics },
      ...{ acks: () => ackBook.all(), requestStop, version: softwareVersion() }
    })
  }
  let loadedApi: ReturnType<typeof loadApi> | undefined
  const api = () => (loadedApi ??= loadApi())
  await serveMetrics({ place: config.metrics_listen, api, logger, signal: init.signal }, lifecycle)
  const server = await serveControl(
    {
      ...{ api, events, tokens, clock, scheduler, random, logger },
      ...{ onCalled: observer.called, onAnswered: countedAnswers(tally) }
    },
    { version: softwareVersion(), sockets: controlSockets(home, config), without }
  )
  lifecycle.started('control sockets', () => server.stop())
  state.enter('ready')
  events.publish('node.ready', { nodeId: overlay.nodeId })
  init.onReady({
    nodeId: overlay.nodeId,
    listen: overlay.addresses(),
    frontDesk: authorityRoom?.desk.addresses() ?? [],
    control: home.controlSocket
  })
  return {
    stopping(reason) {
      events.publish('node.stopping', { reason })
      state.enter('stopping')
    }
  }
}
