/**
 * A bound against hostile load that can be left out by whoever constructs a node: an attack of
 * src/testnet/ runs once more without the defense that stops it, to show what the defense is for.
 * No setting, variable or method reaches it.
 */
export type Defense =
  | 'pending-slots'
  | 'handshake-rate'
  | 'muxer-budget'
  | 'frame-bounds'
  | 'in-flight'
  | 'rpc-bounds'

/** Nothing is left out. */
export const NONE_LEFT_OUT: ReadonlySet<Defense> = new Set()
