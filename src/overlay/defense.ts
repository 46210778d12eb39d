/**
 * A bound against hostile load, or a rule of reputation, that can be left out by whoever constructs a node: an attack of
 * src/testnet/ runs once more without the defense that stops it, to show what the defense is for.
 * No setting, variable or method reaches it.
 */
export type Defense =
  | 'pending-slots'
  | 'handshake-rate'
  | 'muxer-budget'
  | 'frame-bounds'
  | 'in-flight'
  /** A lookup goes along several paths at once. */
  | 'lookup-paths'
  | 'rpc-bounds'
  /** Standings have no consequences. */
  | 'standing'
  /** The score belongs to the key and not to the member. */
  | 'member-score'
  /** Faults outlive the connection. */
  | 'fault-memory'
  /** Nothing older replaces a record. */
  | 'record-order'
  /** A report is verified before anybody acts on it. */
  | 'report-proof'

/** Nothing is left out. */
export const NONE_LEFT_OUT: ReadonlySet<Defense> = new Set()
