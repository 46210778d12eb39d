import { type ErrorRow, EXIT } from './row.ts'

/** Questions of one node about the state of another. Numbers 1360 to 1369. */
export const DIAGNOSTICS_ERRORS = {
  DIAGNOSTICS_DENIED: {
    number: 1360,
    exit: EXIT.denied,
    layer: 'overlay',
    retryable: false,
    penalty: 'none',
    text: 'The node tells this member nothing of what was asked about its state.',
    hint: 'Its operator says who may ask what: the setting diagnostics.'
  },
  DIAGNOSTICS_EXPIRED: {
    number: 1361,
    exit: EXIT.failure,
    layer: 'overlay',
    retryable: true,
    penalty: 'none',
    text: 'The question has ended, or would last longer than a question may.',
    hint: 'Ask again; if that fails too, one of the two clocks is wrong.'
  }
} as const satisfies Record<string, ErrorRow>
