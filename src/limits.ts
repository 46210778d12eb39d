interface Limit {
  readonly value: number
  readonly unit: string
  readonly why: string
}

const KIB = 1024
const MIB = 1024 * KIB
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * Every bound of the system, with its reason. A bound is enforced before decoding and before
 * expensive cryptography (DESIGN invariant 8). Rows are grouped by the layer that enforces them.
 */
export const LIMIT_TABLE = {
  // identity
  nameLengthMax: limit(63, 'characters', 'one DNS label: names fit into certificates and URIs'),
  groupsPerNodeMax: limit(32, 'groups', 'keeps entries and invites small'),
  certificateBytesMax: limit(2 * KIB, 'bytes', 'a leaf has about 600; checked before parsing'),
  certificateLifetimeMs: limit(30 * DAY, 'ms', 'bounds trust in a node that is cut off'),
  authorityCertificateLifetimeMs: limit(3650 * DAY, 'ms', 'the authority key outlives its leaves'),
  certificateBackdateMs: limit(5 * MINUTE, 'ms', 'a fresh certificate is valid on slow clocks'),
  clockSkewMs: limit(5 * MINUTE, 'ms', 'tolerance for every comparison with a signed time'),
  assuranceMax: limit(127, 'level', 'one byte in a certificate'),
  keyFileBytesMax: limit(4 * KIB, 'bytes', 'a key file has about 500'),
  passphraseBytesMax: limit(1 * KIB, 'bytes', 'an input bound for argon2id'),
  authorityUnlockMsDefault: limit(15 * MINUTE, 'ms', 'when --for is not given'),
  authorityUnlockMsMax: limit(1 * DAY, 'ms', 'a key that stays unlocked needs no lock'),
  proposalsMax: limit(32, 'proposals', 'open at once in a network; each has up to 24 KiB'),
  proposalLifetimeMs: limit(7 * DAY, 'ms', 'a week for approvers to look'),
  // renewal
  renewalLookMs: limit(1 * MINUTE, 'ms', 'how often a node looks whether its certificate is due'),
  renewalJitterPercent: limit(10, '% of a lifetime', 'how far apart renewals begin'),
  renewalWaitMsMin: limit(1 * MINUTE, 'ms', 'after the first attempt that failed'),
  renewalWaitMsMax: limit(60 * MINUTE, 'ms', 'after many'),
  renewalRetryMs: limit(
    10 * MINUTE,
    'ms',
    'the same certificate is handed out again: one was lost'
  ),
  graceDaysMax: limit(366, 'days', 'after a year a node is a new one'),
  // copies of a key
  signOfLifeBytesMax: limit(512, 'bytes', 'instance and challenge have about 300'),
  signOfLifeStreamsMax: limit(2, 'streams', 'asked one after the other on one connection'),
  signOfLifeRate: limit(
    100,
    'answers/s',
    'each costs a signature; asked for when peers dial twice'
  ),
  twinsAgainMs: limit(10 * MINUTE, 'ms', 'two copies of a key raise one alarm in this time'),
  // trust
  trustEntryBytesMax: limit(24 * KIB, 'bytes', 'a policy with all its approvals; checked first'),
  approvalBytesMax: limit(512, 'bytes', 'digest, proposal and end have about 350'),
  approversMax: limit(16, 'members', 'whose consent grave entries may need'),
  policyLengthMax: limit(12 * KIB, 'characters', 'one entry carries the whole policy'),
  attributeLengthMax: limit(128, 'characters', 'one fact about a member'),
  attributesPerMemberMax: limit(16, 'attributes', 'every node keeps them in memory'),
  kindListMax: limit(16, 'names', 'groups or members that may write or read a kind'),
  kindValueBytesMax: limit(16 * KIB, 'bytes', 'what a record of any kind may hold'),
  kindRecordsMax: limit(10_000, 'records', 'what one owner may be granted'),
  kindLifetimeMinMs: limit(1 * MINUTE, 'ms', 'shorter is gone before it is read'),
  kindLifetimeMaxMs: limit(366 * DAY, 'ms', 'what nobody refreshes goes away'),
  kindVersionsMax: limit(16, 'versions', 'history that a holder keeps'),
  checkpointBytesMax: limit(512, 'bytes', 'size, root and time have about 300'),
  revocationReasonLengthMax: limit(200, 'characters', 'a sentence for whoever reads the log'),
  equivocationBytesMax: limit(
    56 * KIB,
    'bytes',
    'two of the largest entries; two checkpoints have 3'
  ),
  proofHashesMax: limit(64, 'hashes', 'a log of 2^63 entries needs no more'),
  proofKeysMax: limit(64, 'entries', 'about authority keys in one exported proof'),
  proofAcksMax: limit(1000, 'acknowledgments', 'in one exported proof'),
  revocationListLifetimeMs: limit(7 * DAY, 'ms', 'when outside systems ask for the next list'),
  carriedFileBytesMax: limit(64 * MIB, 'bytes', 'a log of 100 000 entries that travels as a file'),
  proofFileBytesMax: limit(8 * MIB, 'bytes', 'a proof with all acknowledgments has about 3 MiB'),
  // admission
  helloBytesMax: limit(32 * KIB, 'bytes', 'certificate, checkpoint, changes of authority keys'),
  successionBytesMax: limit(28 * KIB, 'bytes', 'one entry with all approvals and several without'),
  successionEntriesMax: limit(8, 'entries', 'three rotations within the life of a certificate'),
  parsedKeysMax: limit(4096, 'keys', 'parsed public keys kept: parsing costs as much as verifying'),
  verifiedSignaturesMax: limit(4096, 'signatures', 'certificates verified once, 100 bytes each'),
  admissionVerdictBytesMax: limit(
    4 * KIB,
    'bytes',
    'a number, and proof of a fork: two checkpoints'
  ),
  handshakeBytesMax: limit(128 * KIB, 'bytes', 'all that is read of a peer before its admission'),
  upgradeMs: limit(5 * SECOND, 'ms', 'a silent socket holds a pending slot no longer'),
  refusalFlushMs: limit(250, 'ms', 'a refused peer gets this long to read the reason'),
  heartbeatMs: limit(5 * SECOND, 'ms', 'how late expiry is noticed on an open connection'),
  // reputation
  reputationsMax: limit(10_000, 'members', 'kept with about 500 bytes each; the blandest go first'),
  reputationBytesMax: limit(8 * KIB, 'bytes', 'one of them as stored'),
  incidentsPerMemberMax: limit(16, 'codes', 'what explains a standing; the oldest is forgotten'),
  proofsPerMemberMax: limit(16, 'proofs', 'that have banned a member once and do so no more'),
  reportIdsPerMessageMax: limit(256, 'reports', 'asked about at once, 32 bytes each'),
  absencesMax: limit(4096, 'nodes', 'of which it is remembered that they did not answer'),
  reputationTickMs: limit(10 * SECOND, 'ms', 'how late the end of a ban is noticed'),
  reputationSaveMs: limit(30 * SECOND, 'ms', 'credit that a crash may lose; standings never'),
  banMsDefault: limit(7 * DAY, 'ms', 'by the operator, when neither --for nor --until is given'),
  banMsMin: limit(1 * SECOND, 'ms', 'a mistake otherwise'),
  banMsMax: limit(366 * DAY, 'ms', 'whoever shall never come back is revoked'),
  anchorsMax: limit(4, 'nodes', 'proven peers that are dialed first after a restart'),
  outboundPeersMin: limit(
    12,
    'connections',
    'dialed by this node, however many come by themselves'
  ),
  // connections
  connectionsMax: limit(256, 'connections', 'memory and descriptors'),
  pendingInboundMax: limit(
    150,
    'connections',
    'handshakes of strangers under way; the oldest yields'
  ),
  pendingReservedMax: limit(50, 'connections', 'the same, from where members were admitted lately'),
  pendingInboundPerGroupMax: limit(64, 'connections', 'the same, from one /24 or one IPv6 /48'),
  pendingInboundPerAddressMax: limit(16, 'connections', 'handshakes under way from one address'),
  trackedAddressesMax: limit(4096, 'addresses', 'memory for rates; the oldest is forgotten'),
  connectionsPerPeerMax: limit(
    4,
    'connections',
    'one is kept; more exist while peers dial at once'
  ),
  identifyBytesMax: limit(8 * KIB, 'bytes', 'addresses and protocols of a peer, before decoding'),
  socketIdleMs: limit(2 * MINUTE, 'ms', 'a socket without traffic is dead'),
  keepAliveMs: limit(30 * SECOND, 'ms', 'traffic on an idle connection, far below its idle limit'),
  recentOriginMs: limit(1 * HOUR, 'ms', 'how long places stay reserved after an admission'),
  recentOriginsMax: limit(1024, 'addresses', 'memory; the one seen longest ago is forgotten'),
  strangerHandshakesPerSecond: limit(32, 'handshakes/s', 'a tenth of a core, whoever comes'),
  memberHandshakesPerSecond: limit(64, 'handshakes/s', 'from where members were admitted lately'),
  inboundRatePerAddress: limit(32, 'connections/s', 'bounds handshake CPU spent on one address'),
  dialMs: limit(10 * SECOND, 'ms', 'one dial over all addresses of a peer'),
  parallelDialsMax: limit(16, 'dials', 'a joining node does not dial everybody at once'),
  addressesPerPeerMax: limit(16, 'addresses', 'a peer record stays small'),
  addressBytesMax: limit(256, 'bytes', 'one multiaddr'),
  desiredPeers: limit(24, 'connections', 'the degree that the peering supervisor keeps'),
  redialMsMin: limit(500, 'ms', 'first backoff after a failed dial'),
  redialMsMax: limit(60 * SECOND, 'ms', 'longest backoff after failed dials'),
  redialAloneMsMax: limit(15 * SECOND, 'ms', 'the same while no peer is connected at all'),
  peeringDialsMax: limit(6, 'dials', 'by itself; what is asked for need not wait behind many'),
  peeringIntervalMs: limit(5 * SECOND, 'ms', 'how often the peering supervisor looks'),
  addressRecordBytesMax: limit(8 * KIB, 'bytes', 'a signed address record'),
  addressRecordsPerAnswerMax: limit(256, 'records', 'one page of the addresses protocol'),
  addressPagesMax: limit(16, 'pages', 'addresses asked of one peer after it connected'),
  duplicateGraceMs: limit(2 * SECOND, 'ms', 'calls on a second connection may end before it does'),
  // streams
  streamWindowBytesInitial: limit(256 * KIB, 'bytes', 'muxer window of a new stream'),
  streamWindowBytesMax: limit(1 * MIB, 'bytes', 'at most half the read buffer, or streams reset'),
  streamReadBufferBytesMax: limit(4 * MIB, 'bytes', 'unread bytes before a stream is reset'),
  streamWriteBufferBytesMax: limit(8 * MIB, 'bytes', 'unsent bytes before a stream is reset'),
  connectionWriteBufferBytesMax: limit(2 * MIB, 'bytes', 'unsent bytes before a connection is cut'),
  streamOpeningsPerSecond: limit(200, 'streams/s', 'opened and reset on one connection, then cut'),
  muxerPingsPerSecond: limit(
    20,
    'pings/s',
    'on one connection, then cut; honest ones are minutes apart'
  ),
  muxerSmallFramesPerSecond: limit(4000, 'frames/s', 'without content or nearly so, then cut'),
  muxerSmallFrameBytes: limit(64, 'bytes', 'less content costs more than it carries'),
  receiveQueueBytesMax: limit(256 * KIB, 'bytes', 'unread by us before a stream is paused'),
  streamsPerConnectionMax: limit(128, 'streams', 'memory a single peer can bind'),
  dhtFrameBytesMax: limit(64 * KIB, 'bytes', 'k peers with their addresses fit many times'),
  dhtStreamBytesMax: limit(256 * KIB, 'bytes', 'all requests on one DHT stream'),
  pingStreamBytesMax: limit(1 * KIB, 'bytes', 'a ping has 32; one stream may carry several'),
  requestBytesMax: limit(64 * KIB, 'bytes', 'one request frame, before decoding'),
  responseBytesMax: limit(256 * KIB, 'bytes', 'one response frame, before decoding'),
  requestsInFlightPerPeerMax: limit(64, 'requests', 'work one peer can have us do at once'),
  requestsInFlightMax: limit(1024, 'requests', 'of all peers; more are refused as overload'),
  answerBytesInFlightPerPeerMax: limit(
    4 * MIB,
    'bytes',
    'unsent answers of one peer; then refusals'
  ),
  answerBytesInFlightMax: limit(32 * MIB, 'bytes', 'unsent answers of all peers; then refusals'),
  turnMs: limit(10, 'ms', 'work on requests before the event loop goes round'),
  requestStreamsPerProtocolMax: limit(2, 'streams', 'one in use and one being replaced'),
  frameOverheadBytesMax: limit(24, 'bytes', 'request id, status and length around a body'),
  requestMs: limit(10 * SECOND, 'ms', 'one request between nodes'),
  requestRatePerPeer: limit(500, 'requests/s', 'sustained, with a burst of the same size'),
  // routing
  replication: limit(8, 'nodes', 'k: holders of a record and bucket size'),
  lookupPaths: limit(4, 'paths', 'disjoint lookup paths (S/Kademlia d)'),
  lookupParallelism: limit(4, 'requests', 'under way at once on one path (Kademlia alpha)'),
  firstSelfQueryMs: limit(50, 'ms', 'a started node looks for its neighbors at once'),
  dhtKeyBytesMax: limit(64, 'bytes', 'a location or a node id'),
  // enrollment
  inviteBytesMax: limit(4 * KIB, 'bytes', 'an invite as text'),
  inviteTtlMsDefault: limit(1 * HOUR, 'ms', 'when --ttl is not given'),
  inviteTtlMsMin: limit(1 * SECOND, 'ms', 'a mistake otherwise'),
  inviteTtlMsMax: limit(30 * DAY, 'ms', 'an invite is a bearer secret'),
  invitesOpenMax: limit(1000, 'invites', 'open invites of one authority'),
  enrollRequestBytesMax: limit(3 * KIB, 'bytes', 'one certificate; a stranger sends no more'),
  enrollResponseBytesMax: limit(64 * KIB, 'bytes', 'certificate, checkpoint and addresses'),
  enrollMs: limit(15 * SECOND, 'ms', 'one enrollment'),
  enrollConnectionsMax: limit(64, 'connections', 'strangers at the front desk at once'),
  enrollRatePerMinute: limit(300, 'attempts/min', 'bounds guessing and work for strangers'),
  enrollRatePerAddressPerMinute: limit(60, 'connections/min', 'checked before any cryptography'),
  enrollBurstPerAddress: limit(100, 'connections', 'a fleet behind one address joins together'),
  enrollAddressesMax: limit(4096, 'addresses', 'memory for rates; the oldest is forgotten'),
  enrollStreamsMax: limit(2, 'streams', 'one is used; the second is refused, not queued'),
  enrollPageBytesMax: limit(32 * KIB, 'bytes', 'trust log entries in one answer'),
  nodesPerMemberMax: limit(64, 'nodes', 'live certificates of one member (SR-ADM-4)'),
  // trust sync
  syncEntriesMax: limit(256, 'entries', 'one answer; more is fetched in pages'),
  catchUpMs: limit(1 * MINUTE, 'ms', 'in which the log of a peer that is ahead has to arrive'),
  newsWaitMs: limit(
    2 * SECOND,
    'ms',
    'requests wait for the entries that a peer has shown to exist'
  ),
  viewAgeMsMin: limit(5 * MINUTE, 'ms', 'clocks differ by so much; a shorter limit cuts everybody'),
  viewAgeMsMax: limit(366 * DAY, 'ms', 'beyond, certificates have ended long ago'),
  heldBackBytesMax: limit(8 * MIB, 'bytes', 'entries of a doubted key that wait for the recovery'),
  announceRetryMs: limit(100, 'ms', 'a lost announcement is repeated after this, then twice, …'),
  announceRetriesMax: limit(5, 'times', 'then anti-entropy has to find it'),
  breakGlassBytesMax: limit(512, 'bytes', 'the network, a key and a signature have about 200'),
  ackBytesMax: limit(512, 'bytes', 'size, root and time have about 300'),
  acksPerMessageMax: limit(100, 'acknowledgments', 'fit into a request'),
  ackGatherMs: limit(30, 'ms', 'acknowledgments that come together travel together'),
  ackWaitMsDefault: limit(2 * SECOND, 'ms', 'how long a revocation waits for those who apply it'),
  syncIntervalMs: limit(30 * SECOND, 'ms', 'anti-entropy with one random peer'),
  resignMs: limit(1 * MINUTE, 'ms', 'an authority that is up vouches for its head this often'),
  // records
  recordNameLengthMax: limit(64, 'characters', 'a name, not content'),
  noteValueBytesMax: limit(16 * KIB, 'bytes', 'the kind note'),
  recordOverheadBytesMax: limit(1 * KIB, 'bytes', 'everything in a record but its value'),
  noteLifetimeMs: limit(30 * DAY, 'ms', 'a note expires unless written again'),
  noteRecordsMax: limit(1000, 'records', 'notes of one member'),
  profileValueBytesMax: limit(4 * KIB, 'bytes', 'the kind profile'),
  profileRecordsMax: limit(16, 'records', 'profiles of one member'),
  serviceValueBytesMax: limit(4 * KIB, 'bytes', 'the kind service'),
  serviceRecordsMax: limit(64, 'records', 'services of one node'),
  serviceLifetimeMs: limit(7 * DAY, 'ms', 'a node that is gone offers nothing'),
  recordOwnerLengthMax: limit(127, 'characters', 'member/node'),
  recordEntriesPerAnswerMax: limit(256, 'entries', 'of a dictionary, in one answer'),
  recordEntriesBytesMax: limit(192 * KIB, 'bytes', 'the same; more is fetched in pages'),
  recordHistoryPerAnswerMax: limit(17, 'records', 'versions kept, and a rival of the newest'),
  recordEntriesMax: limit(1024, 'entries', 'of a dictionary that one read returns'),
  recordsPerOwnerMax: limit(10_000, 'records', 'held here for one owner'),
  recordBytesPerOwnerMax: limit(16 * MIB, 'bytes', 'held here for one owner'),
  recordBytesMax: limit(17 * KIB, 'bytes', 'one signed record, before decoding'),
  recordDoubtRounds: limit(3, 'rounds', 'of repair, before a damaged holder shows records again'),
  recordDiskMibDefault: limit(1024, 'MiB', 'what records may occupy here when nothing is set'),
  recordDiskMibMin: limit(16, 'MiB', 'less leaves no room for those of one owner'),
  recordOwnSharePercent: limit(10, '% of the room', 'kept for records of the own member'),
  recordStoresPerPeer: limit(200, 'stores/s', 'sustained; a put of ours reaches a peer once'),
  recordStoresBurst: limit(2000, 'stores', 'what a peer hands over when it leaves'),
  recordConflictsPerOwnerMax: limit(64, 'records', 'evidence kept of one owner'),
  recordVersionJumpMax: limit(1_000_000, 'versions', 'how far an unproven claim moves a writer'),
  recordRoundMs: limit(5 * SECOND, 'ms', 'reaching and asking one holder'),
  recordGraceMs: limit(50, 'ms', 'wait for slow holders once most have answered'),
  recordCallsMax: limit(8, 'calls', 'holders asked at once by one put or get'),
  kindCopiesMax: limit(16, 'nodes', 'holders of one record; each write goes to all of them'),
  kindCopiesDefault: limit(8, 'nodes', 'k, as many as routing finds'),
  kindQuorumDefault: limit(2, 'nodes', 'one may crash, and a network of two can write'),
  storageStatementBytesMax: limit(512, 'bytes', 'a receipt or a proof has about 370'),
  storageReceiptsMax: limit(100_000, 'receipts', 'of holders, for what this node wrote'),
  storageReceiptGatherMs: limit(200, 'ms', 'receipts that are written to disk together'),
  recordAbsentMs: limit(2 * MINUTE, 'ms', 'others hold in the place of a node that is not there'),
  recordRepairMs: limit(
    20 * SECOND,
    'ms',
    'a lost copy is found by the second pass, restored by 60 s'
  ),
  recordRangeMax: limit(256, 'records', 'compared with another holder by one hash'),
  recordRangePauseMs: limit(250, 'ms', 'between two ranges: repair leaves room for other work'),
  recordComparedMax: limit(1024, 'records', 'that one answer to a comparison looks at'),
  recordOfferMs: limit(1 * HOUR, 'ms', 'how often an author stores again what it wrote'),
  recordHandOverMs: limit(2 * SECOND, 'ms', 'a node that goes waits so long for those who stay'),
  recordAuditMs: limit(5 * MINUTE, 'ms', 'how often an author has holders show what they keep'),
  recordAuditReceipts: limit(8, 'receipts', 'of one audit, at a random place'),
  auditNonceBytes: limit(16, 'bytes', 'nobody has computed the answer before'),
  recordEvidenceBytesMax: limit(36 * KIB, 'bytes', 'two records, with room around them'),
  recordEvidencePerNodeMax: limit(8, 'proofs', 'of one sort against one node; one is enough'),
  recordEvidenceMax: limit(256, 'proofs', 'kept here; the oldest gives way'),
  recordCollectMs: limit(1 * MINUTE, 'ms', 'how often expired records are collected'),
  recordWatchMsMin: limit(2 * SECOND, 'ms', 'how often holders are asked for a watched record'),
  recordWatchMsMax: limit(15 * SECOND, 'ms', 'the same while it does not change'),
  recordFilePageMax: limit(32, 'records', 'of a file, in one call'),
  // sealed values
  sealedReadersMax: limit(128, 'nodes', 'that can open one value: each costs 88 bytes of it'),
  sealedClauseLengthMax: limit(70, 'characters', 'member: and a name'),
  sealedClausesMax: limit(8, 'groups or members', 'for whom one value is sealed'),
  sealedAudiencesMax: limit(32, 'audiences', 'for whom one member seals'),
  sealingRecordsMax: limit(1, 'records', 'the ring of one member'),
  sealingLifetimeMs: limit(366 * DAY, 'ms', 'without it nobody finds what is sealed'),
  sealingRingsMax: limit(256, 'rings', 'of other members that a reader remembers'),
  resealGapMs: limit(200, 'ms', 'between two records that are sealed again'),
  resealRetryMs: limit(30 * SECOND, 'ms', 'after holders could not be reached'),
  resealLookMs: limit(1 * HOUR, 'ms', 'how often a node looks at what it has sealed'),
  // control
  rpcFrameBytesMax: limit(1 * MIB, 'bytes', 'one line on the control socket'),
  rpcDepthMax: limit(64, 'levels', 'nesting of one request'),
  rpcBatchMax: limit(50, 'requests', 'one batch'),
  rpcConnectionsMax: limit(32, 'connections', 'one socket'),
  rpcInFlightPerConnectionMax: limit(16, 'requests', 'more wait unread in the socket'),
  rpcBacklogBytesMax: limit(4 * MIB, 'bytes', 'unread answers before a client is cut'),
  rpcHalfRequestIdleMs: limit(30 * SECOND, 'ms', 'a half-sent line'),
  rpcIdLengthMax: limit(128, 'characters', 'an id is echoed back'),
  rpcCallMsDefault: limit(30 * SECOND, 'ms', 'what the command line waits'),
  rpcStallMs: limit(30 * SECOND, 'ms', 'unread answers without progress before a client is cut'),
  rpcFlushMs: limit(1 * SECOND, 'ms', 'a client that is cut gets this long to read the reason'),
  attackMsMax: limit(2 * MINUTE, 'ms', 'an attacker of a scenario ends by itself'),
  attackCountMax: limit(20_000, 'attempts', 'sockets, handshakes per second, frames, requests'),
  attackOriginsMax: limit(20, 'addresses', 'of this machine, from which attackers come'),
  testnetNodesMax: limit(20, 'nodes', 'daemons of one scenario on this machine'),
  demoEventMs: limit(15 * SECOND, 'ms', 'what the demo waits for happens within a second'),
  rpcWaitMsMax: limit(10 * MINUTE, 'ms', 'one call that waits for a state of the node'),
  rpcMethodLengthMax: limit(64, 'characters', 'a method name'),
  rpcIssuesMax: limit(8, 'issues', 'faults of the parameters that one answer lists'),
  rpcIssueLengthMax: limit(200, 'characters', 'one of them: parts of the request are echoed'),
  rpcBatchAnswerBytesMax: limit(1 * MIB, 'bytes', 'answers of one batch; the rest is refused'),
  idempotencyKeyLengthMax: limit(128, 'characters', 'a UUID or the name of a job'),
  idempotencyKeysMax: limit(1000, 'calls', 'results kept in memory; the oldest is forgotten'),
  idempotencyMs: limit(1 * DAY, 'ms', 'a caller that lost the answer has asked again by then'),
  tokenBytesMax: limit(4 * KIB, 'bytes', 'a token as text, with all its restrictions'),
  tokenCaveatBytesMax: limit(1 * KIB, 'bytes', 'one restriction of a token'),
  tokenCaveatsMax: limit(16, 'restrictions', 'each costs one HMAC'),
  tokenMethodsMax: limit(32, 'methods', 'a restriction lists few'),
  tokensMax: limit(1000, 'tokens', 'of one node'),
  tokensPerConnectionMax: limit(
    4,
    'tokens',
    'each narrows the connection, and is checked at every call'
  ),
  tokenTtlMsDefault: limit(1 * DAY, 'ms', 'when --ttl is not given'),
  tokenTtlMsMax: limit(365 * DAY, 'ms', 'a token is a bearer secret'),
  subscriptionsPerConnectionMax: limit(8, 'subscriptions', 'each is served on every event'),
  topicsPerSubscriptionMax: limit(16, 'topics', 'more than there are'),
  cursorLengthMax: limit(256, 'characters', 'an opaque place in a list or among events'),
  reasonLengthMax: limit(256, 'characters', 'why a caller does something; kept in log entries'),
  verifyInputLengthMax: limit(64 * KIB, 'characters', 'an oversize certificate gets a verdict too'),
  eventBacklogMax: limit(1000, 'events', 'unread events before a subscriber lags'),
  socketPathBytesMax: limit(107, 'bytes', 'sun_path of Linux'),
  pageItemsMax: limit(500, 'items', 'one page of a list'),
  pageItemsDefault: limit(100, 'items', 'one page of a list'),
  // storage
  homeLockMs: limit(
    100,
    'ms',
    'whoever looks whether a home is in use holds up its start no longer'
  ),
  storageJournalBytesMax: limit(
    4 * MIB,
    'bytes',
    'of the write-ahead log while nothing is written'
  ),
  storageVacuumPagesMax: limit(2048, 'pages', 'given back at once: 8 MiB, far below a second'),
  diskReserveBytes: limit(
    32 * MIB,
    'bytes',
    'no record is stored into them: trust log and journal go on'
  ),
  storageBusyMs: limit(2 * SECOND, 'ms', 'waiting for another process that reads the database'),
  backupPieceBytes: limit(1 * MIB, 'bytes', 'of a backup: sealed at once, and all of its list'),
  entriesJournaledMax: limit(64, 'entries', 'of one advance; a longer one is a catch-up'),
  journalLineLengthMax: limit(64 * KIB, 'characters', 'one row of an exported journal'),
  journalRowsMax: limit(100_000, 'rows', 'about 30 MB; the oldest rows go first'),
  // daemon
  refusalsJournaledPerMinute: limit(
    60,
    'entries/min',
    'each is synced to disk; strangers cause them'
  ),
  alarmsPerCodeMax: limit(100, 'alarms', 'kept of one code, so that none is buried under another'),
  alarmRepeatMs: limit(1 * MINUTE, 'ms', 'a repetition is written to disk no more often'),
  alarmSubjectLengthMax: limit(128, 'characters', 'an id, a name or a fingerprint'),
  stopMs: limit(5 * SECOND, 'ms', 'a clean stop; then the process ends anyway'),
  endLookMs: limit(1 * HOUR, 'ms', 'how often a node looks at what ends, in days'),
  certificateWarningMs: limit(7 * DAY, 'ms', 'a week to act before peers refuse this node'),
  trustViewOldMs: limit(1 * DAY, 'ms', 'an authority that is up vouches every minute'),
  configBytesMax: limit(64 * KIB, 'bytes', 'the configuration file'),
  diskLowBytes: limit(256 * MIB, 'bytes', 'room in which an operator can still act'),
  openFilesMin: limit(1024, 'files', 'connections, the database and what starts beside them'),
  metricSeriesMax: limit(1000, 'series', 'of one metric: labels come from tables, so fewer'),
  metricsConnectionsMax: limit(8, 'connections', 'a scraper needs one'),
  metricsRequestMs: limit(5 * SECOND, 'ms', 'a request from this machine comes at once'),
  logFileBytesMax: limit(
    8 * MIB,
    'bytes',
    'then it becomes the earlier file; there are two at most'
  )
} as const satisfies Record<string, Limit>

export type LimitName = keyof typeof LIMIT_TABLE

export const LIMITS = Object.fromEntries(
  Object.entries(LIMIT_TABLE).map(([name, row]) => [name, row.value])
) as { readonly [Name in LimitName]: number }

function limit(value: number, unit: string, why: string): Limit {
  return { value, unit, why }
}
