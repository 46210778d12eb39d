/** Process exit codes of the command line (DESIGN §6). */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  unreachable: 3,
  denied: 4,
  notFound: 5,
  conflict: 6,
  verification: 7,
  timeout: 8,
  partial: 9
} as const

/** The part of the node that refused or failed. */
export type Layer =
  | 'admission'
  | 'cli'
  | 'clock'
  | 'config'
  | 'control'
  | 'enrollment'
  | 'identity'
  | 'overlay'
  | 'record'
  | 'reputation'
  | 'storage'
  | 'trust'

/** How much a peer that caused the error is blamed; the numbers live with reputation. */
export const PENALTIES = ['none', 'absent', 'slight', 'minor', 'major', 'fatal'] as const
export type Penalty = (typeof PENALTIES)[number]

export interface ErrorRow {
  /** JSON-RPC application error and, between nodes, the status number. Never reused. */
  readonly number: number
  readonly exit: (typeof EXIT)[keyof typeof EXIT]
  readonly layer: Layer
  /** Whether the same call can succeed later without anybody changing anything else. */
  readonly retryable: boolean
  readonly penalty: Penalty
  readonly text: string
  /** What the reader of the error can do about it. */
  readonly hint: string
}
