/** One metric: its type, what it tells, and the labels that tell its samples apart. */
export interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
}

function row<const Label extends string = never>(
  type: MetricRow['type'],
  help: string,
  labels: readonly Label[] = []
): MetricRow & { readonly labels: readonly Label[] } {
  return { type, help, labels }
}

/**
 * Every metric of a node. Labels take their values from tables of this program (codes, methods,
 * standings) or of the network (kinds), never a peer, a member, a name or a key: there are few
 * series however many peers there are, and a dashboard tells nobody who talks to whom.
 */
export const METRICS = {
  peerage_build_info: row('gauge', '1, with the version of Peerage and of Node.js.', [
    'version',
    'node'
  ]),
  peerage_ready: row('gauge', '1 while the node can do its work (node.health), else 0.'),
  peerage_uptime_seconds: row('gauge', 'Since the daemon began to start.'),
  peerage_certificate_expiry_timestamp_seconds: row(
    'gauge',
    'When the certificate of this node ends.'
  ),
  peerage_authority_key_expiry_timestamp_seconds: row(
    'gauge',
    'When the authority key in charge ends.'
  ),
  peerage_trust_entries: row('gauge', 'Entries of the trust log that this node has.'),
  peerage_trust_checkpoint_age_seconds: row(
    'gauge',
    'Since the authority last vouched for the view of this node.'
  ),
  peerage_trust_admission_age_limit_seconds: row(
    'gauge',
    'Age of the view above which nobody is admitted.'
  ),
  peerage_trust_session_age_limit_seconds: row(
    'gauge',
    'Age of the view above which open connections end.'
  ),
  peerage_trust_acknowledged_nodes: row(
    'gauge',
    'Nodes that say they have applied all entries of this view.'
  ),
  peerage_nodes: row(
    'gauge',
    'Nodes of the network that are neither revoked nor suspended, this one included.'
  ),
  peerage_peers: row('gauge', 'Connected peers by the standing of their members.', ['standing']),
  peerage_connections: row('gauge', 'Open connections of libp2p, by who dialed.', ['direction']),
  peerage_streams: row('gauge', 'Open streams of libp2p, by protocol.', ['protocol']),
  peerage_dials: row('gauge', 'Dials of libp2p: queued for a place, or active.', ['state']),
  peerage_routing_table_peers: row('gauge', 'Peers in the routing table of the DHT.'),
  peerage_members_banned: row('gauge', 'Members that this node has banned.'),
  peerage_admissions_total: row('counter', 'Peers that were admitted.', ['direction']),
  peerage_refusals_total: row('counter', 'Handshakes that ended without admission, by code.', [
    'code',
    'direction'
  ]),
  peerage_closes_total: row(
    'counter',
    'Connections that ended; the code says why this node cut one.',
    ['code']
  ),
  peerage_enrollments_total: row('counter', 'Asked of the front desk, by outcome.', [
    'ask',
    'code'
  ]),
  peerage_revocation_apply_seconds: row(
    'histogram',
    'From the signature of an exclusion until this node has applied it.'
  ),
  peerage_records: row('gauge', 'Records that this node holds, by kind.', ['kind']),
  peerage_record_bytes: row('gauge', 'Their size, by kind.', ['kind']),
  peerage_record_quota_ratio: row(
    'gauge',
    'How much of its quota of a kind the fullest owner has used here; 1 is all.',
    ['kind']
  ),
  peerage_record_updates_total: row('counter', 'Records that this node has taken over, by kind.', [
    'kind'
  ]),
  peerage_lookup_seconds: row('histogram', 'Finding the closest nodes to a place.', ['outcome']),
  peerage_alarms: row('gauge', 'Open alarms, by code.', ['code']),
  peerage_attention: row('gauge', '1 for each code that peerage status begins with.', ['code']),
  peerage_rpc_requests_total: row('counter', 'Calls of the control sockets, by outcome.', [
    'method',
    'code'
  ]),
  peerage_rpc_seconds: row('histogram', 'Time to answer them.'),
  peerage_storage_bytes: row('gauge', 'Size of the database.'),
  peerage_storage_limit_bytes: row('gauge', 'What the database may grow to by records.'),
  peerage_storage_free_bytes: row('gauge', 'Room that is left in the file system of the home.'),
  peerage_loop_delay_seconds: row('gauge', 'Delay of the event loop since it was last asked for.', [
    'quantile'
  ]),
  process_resident_memory_bytes: row('gauge', 'Memory of the process.'),
  process_cpu_seconds_total: row('counter', 'Processor time of the process.')
} as const satisfies Readonly<Record<string, MetricRow>>

export type MetricName = keyof typeof METRICS
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<(typeof METRICS)[Name]['labels'][number], string>
>

/** Upper bounds of histograms, from a call within the machine to a partition that heals. */
export const BUCKETS_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10, 60, 600, 3600] as const
